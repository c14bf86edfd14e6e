//! Which rule tells about which problem of the writer or the reader.

use super::spot::Spot;
use super::{Context, Findings};
use super::{
    forbidden_trigger, invalid_context_name, invalid_expression, invalid_image, invalid_stage_name,
    invalid_value, live_check_comment, missing_value, remote_copy_source, stray_heredoc,
    undecided_dollar, unencodable_text, unknown_flag, unnamed_base, unnamed_description,
    unnamed_inline_file, variable_in_from_flag,
};
use crate::reference::{Image, Typed};
use crate::syntax::{Problem, ProblemKind as Kind};

/// Tells about a problem. Each kind has one rule, and no kind is left out.
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
            // It is told where the stage is declared.
            None => return,
        },
        Kind::ContextName(name) => invalid_context_name::finding(spot, name),
        Kind::Variable(_) => variable_in_from_flag::finding(spot),
        Kind::Marker(name) => stray_heredoc::marker(spot, name),
        Kind::NoHeredoc => stray_heredoc::no_heredoc(spot),
        Kind::UnnamedInline => unnamed_inline_file::unnamed(spot),
        Kind::SameInlineName(name) => unnamed_inline_file::same_name(spot, name),
        Kind::LiveCheck => live_check_comment::finding(spot),
        Kind::UnnamedDescription => unnamed_description::finding(spot),
        Kind::RemoteSource(path) => remote_copy_source::finding(spot, path),
        Kind::Index => unnamed_base::finding(spot),
        Kind::Trigger(keyword) => forbidden_trigger::finding(spot, keyword),
        Kind::UnknownFlag(name) => unknown_flag::finding(spot, name, findings),
    };
    findings.add(finding);
}
