//! The rule for each problem of the writer or the reader.

use super::model::{
    forbidden_trigger, invalid_context_name, invalid_expression, invalid_image, invalid_stage_name,
    invalid_value, live_check_comment, lost_command, misquoted_word, missing_value,
    remote_copy_source, stray_heredoc, undecided_dollar, unencodable_text, unknown_flag,
    unnamed_base, unnamed_description, unnamed_inline_file, variable_in_from_flag,
};
use super::place::Spot;
use super::{Context, Findings};
use crate::reference::{Image, Typed};
use crate::syntax::{Problem, ProblemKind as Kind};
use crate::text::expression::ExpressionError;

/// Reports a problem. Each kind has one rule, and no kind is left out.
pub(crate) fn tell(problem: &Problem, context: &Context<'_>, findings: &mut Findings) {
    let spot = Spot {
        file: context.file,
        at: problem.at,
        part: problem.part,
    };
    let finding = match &problem.kind {
        Kind::Character(c) => unencodable_text::character(spot, *c),
        Kind::Pattern(c) => unencodable_text::pattern(spot, *c),
        Kind::NonAsciiFlag {
            character,
            expanded,
        } => unencodable_text::non_ascii_flag(spot, *character, *expanded),
        Kind::OuterBlank => unencodable_text::outer_blank(spot),
        Kind::JsonArray => unencodable_text::json_array(spot),
        Kind::TrailingEscape(escape) => unencodable_text::trailing_escape(spot, *escape),
        Kind::LostLine { comment } => unencodable_text::lost_line(spot, *comment),
        Kind::LineBreak => unencodable_text::line_break(spot),
        Kind::LineTooLong => unencodable_text::line_too_long(spot),
        Kind::BesideInline(c) => unencodable_text::beside_inline(spot, *c),
        Kind::EscapeInTrigger => unencodable_text::escape_in_trigger(spot),
        Kind::Raw => unencodable_text::raw(spot),
        Kind::EqualsInKey => unencodable_text::equals_in_key(spot),
        Kind::HiddenHeredoc => unencodable_text::hidden_heredoc(spot),
        Kind::UnmarkedHeredoc => unencodable_text::unmarked_heredoc(spot),
        Kind::EarlyEnd(name) => unencodable_text::early_end(spot, name),
        Kind::OpenEnd => unencodable_text::open_end(spot),
        Kind::Undecided(text) => undecided_dollar::finding(spot, text),
        Kind::Expression(text, ExpressionError::NotUnicode) => {
            unencodable_text::not_unicode(spot, text)
        }
        Kind::Expression(text, error) => invalid_expression::expression(spot, text, *error),
        Kind::VariableName(name) => invalid_expression::variable_name(spot, name),
        Kind::Empty(what) => missing_value::finding(spot, what),
        Kind::Invalid {
            what,
            text,
            expected,
        } if *what == Image::WHAT => invalid_image::finding(spot, context, text, expected),
        Kind::Invalid {
            what,
            text,
            expected,
        } => invalid_value::invalid(spot, what, text, expected),
        Kind::Conflict(message) => invalid_value::conflict(spot, message),
        Kind::WrongMountKey { key, kind } => invalid_value::wrong_mount_key(spot, key, kind),
        Kind::KnownFlag(name) => invalid_value::known_flag(spot, name),
        Kind::StageName(name) => match invalid_stage_name::finding(spot, context, name) {
            Some(finding) => finding,
            // It is reported where the stage is declared.
            None => return,
        },
        Kind::ContextName(name) => invalid_context_name::finding(spot, name),
        Kind::Variable => variable_in_from_flag::finding(spot),
        Kind::Marker(name) => stray_heredoc::marker(spot, name),
        Kind::NoHeredoc => stray_heredoc::no_heredoc(spot),
        Kind::UnnamedInline => unnamed_inline_file::unnamed(spot),
        Kind::SameInlineName(name) => unnamed_inline_file::same_name(spot, name),
        Kind::LiveCheck => live_check_comment::finding(spot),
        Kind::UnnamedDescription => unnamed_description::finding(spot),
        Kind::RemoteSource(path) => remote_copy_source::finding(spot, path),
        Kind::Index => unnamed_base::finding(spot),
        Kind::Trigger(keyword) => forbidden_trigger::finding(spot, keyword),
        Kind::Misquoted(fault) => misquoted_word::finding(spot, *fault),
        Kind::Lost(fault) => lost_command::finding(spot, *fault),
        Kind::UnknownFlag(name) => unknown_flag::finding(spot, name, findings),
    };
    findings.add(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edges::Graph;
    use crate::model::{Dockerfile, Stage};
    use crate::rules::{Check, RULES};
    use crate::syntax::shell::Fault;
    use crate::syntax::{At, Part};

    /// One problem of each kind.
    fn samples() -> Vec<Kind> {
        vec![
            Kind::Character('\n'),
            Kind::Pattern('"'),
            Kind::NonAsciiFlag {
                character: 'é',
                expanded: true,
            },
            Kind::OuterBlank,
            Kind::JsonArray,
            Kind::TrailingEscape('\\'),
            Kind::LostLine { comment: true },
            Kind::LineBreak,
            Kind::LineTooLong,
            Kind::BesideInline(' '),
            Kind::EscapeInTrigger,
            Kind::Raw,
            Kind::EqualsInKey,
            Kind::HiddenHeredoc,
            Kind::UnmarkedHeredoc,
            Kind::EarlyEnd("EOF".into()),
            Kind::OpenEnd,
            Kind::Undecided("$5".into()),
            Kind::Expression("${".into(), ExpressionError::NoName),
            Kind::VariableName("a-b".into()),
            Kind::Empty("port"),
            Kind::Invalid {
                what: "port",
                text: "x".into(),
                expected: "a number",
            },
            Kind::Conflict("takes no flags"),
            Kind::WrongMountKey {
                key: "env",
                kind: "bind",
            },
            Kind::KnownFlag("chown".into()),
            Kind::StageName("a b".into()),
            Kind::ContextName("A".into()),
            Kind::Variable,
            Kind::Marker("EOF".into()),
            Kind::NoHeredoc,
            Kind::UnnamedInline,
            Kind::SameInlineName("a".into()),
            Kind::LiveCheck,
            Kind::UnnamedDescription,
            Kind::RemoteSource("https://example.com".into()),
            Kind::Index,
            Kind::Trigger("ONBUILD"),
            Kind::UnknownFlag("x".into()),
            Kind::Lost(Fault::Comment),
            Kind::Misquoted(Fault::Inside),
        ]
    }

    /// The position of a kind among the samples: a kind without one does not compile.
    fn position(kind: &Kind) -> usize {
        match kind {
            Kind::Character(_) => 0,
            Kind::Pattern(_) => 1,
            Kind::NonAsciiFlag { .. } => 2,
            Kind::OuterBlank => 3,
            Kind::JsonArray => 4,
            Kind::TrailingEscape(_) => 5,
            Kind::LostLine { .. } => 6,
            Kind::LineBreak => 7,
            Kind::LineTooLong => 8,
            Kind::BesideInline(_) => 9,
            Kind::EscapeInTrigger => 10,
            Kind::Raw => 11,
            Kind::EqualsInKey => 12,
            Kind::HiddenHeredoc => 13,
            Kind::UnmarkedHeredoc => 14,
            Kind::EarlyEnd(_) => 15,
            Kind::OpenEnd => 16,
            Kind::Undecided(_) => 17,
            Kind::Expression(..) => 18,
            Kind::VariableName(_) => 19,
            Kind::Empty(_) => 20,
            Kind::Invalid { .. } => 21,
            Kind::Conflict(_) => 22,
            Kind::WrongMountKey { .. } => 23,
            Kind::KnownFlag(_) => 24,
            Kind::StageName(_) => 25,
            Kind::ContextName(_) => 26,
            Kind::Variable => 27,
            Kind::Marker(_) => 28,
            Kind::NoHeredoc => 29,
            Kind::UnnamedInline => 30,
            Kind::SameInlineName(_) => 31,
            Kind::LiveCheck => 32,
            Kind::UnnamedDescription => 33,
            Kind::RemoteSource(_) => 34,
            Kind::Index => 35,
            Kind::Trigger(_) => 36,
            Kind::UnknownFlag(_) => 37,
            Kind::Lost(_) => 38,
            Kind::Misquoted(_) => 39,
        }
    }

    #[test]
    fn every_kind_has_a_sample() {
        for (n, kind) in samples().iter().enumerate() {
            assert_eq!(position(kind), n);
        }
        assert_eq!(samples().len(), 40);
    }

    #[test]
    fn every_kind_is_told_by_one_rule() {
        let mut file = Dockerfile::new();
        file.push(Stage::new("alpine").run("ls"));
        let mut told = Vec::new();
        for kind in samples() {
            let problem = Problem {
                at: At::Step { stage: 0, step: 0 },
                part: Part::Command,
                kind,
            };
            let context = Context {
                file: &file,
                graph: Graph::of(&file),
                problems: &[],
                engine: None,
            };
            let mut findings = Findings::default();
            tell(&problem, &context, &mut findings);
            let rules: Vec<&str> = findings.list.iter().map(|found| found.rule.id).collect();
            assert_eq!(rules.len(), 1, "{:?}", problem.kind);
            told.extend(rules);
        }
        told.push(invalid_image::RULE.id);
        for (rule, _, check) in RULES {
            let tells = matches!(check, Check::Problems);
            assert_eq!(tells, told.contains(&rule.id), "{}", rule.id);
        }
    }
}
