//! The rules that `render` applies: the table that pairs each with its check, and the input of a
//! check.
//!
//! Each rule has a file with its page, its data and its check. A finding names places of the model;
//! `render` finds out where these are in the text.

/// Declares a rule: its data and its page, whose examples run as documentation tests.
macro_rules! rule {
    (
        id: $id:literal,
        severity: $severity:ident,
        summary: $summary:literal,
        also: [$($also:literal),*],
        can_be_allowed: $can_be_allowed:literal,
        $(group: $group:ident,)?
        $(level: $level:ident,)?
        $(replaces: [$($replaced:path as $same:ident),*],)?
        docs: $docs:literal $(,)?
    ) => {
        // The pages show files that are read and checked.
        #[cfg_attr(feature = "full", doc = $docs)]
        pub(crate) static RULE: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            id: $id,
            severity: $crate::diagnostic::Severity::$severity,
            summary: $summary,
            docs: $docs,
            also: &[$($also),*],
            can_be_allowed: $can_be_allowed,
            group: $crate::rules::rule!(@group $($group)?),
            level: $crate::rules::rule!(@level $($level)?),
            replaces: &[$($($crate::diagnostic::Replaced {
                rule: &$replaced,
                same: $crate::diagnostic::Same::$same,
            }),*)?],
        };
    };
    (@group) => { $crate::diagnostic::Group::Default };
    (@group $group:ident) => { $crate::diagnostic::Group::$group };
    (@level) => { $crate::diagnostic::Level::Instruction };
    (@level $level:ident) => { $crate::diagnostic::Level::$level };
}
pub(crate) use rule;

pub(crate) mod engine;
mod finding;
pub(crate) mod model;
pub(crate) mod place;
mod problem;

pub(crate) use self::finding::{Edit, Finding, Findings, Narrow, Place};

use self::Check::{Model, Problems};
use self::engine::{
    arg_after_env, default_of_same_arg, ignored_arg_default, inherited_arg, misread_heredoc,
    numbered_base, partial_json_form, shell_form_after_shell, unexpanded_port, unread_escape,
};
use self::model::{
    accidental_description, duplicate_global_arg, duplicate_stage_name, empty_file,
    forbidden_trigger, invalid_context_name, invalid_epoch_stage, invalid_expression,
    invalid_image, invalid_stage_name, invalid_value, later_stage, live_check_comment,
    long_context_name, lost_command, mismatched_shell, misquoted_word, missing_value,
    platform_arg_default, remote_copy_source, reserved_stage_name, self_reference,
    shadowed_description, shadowed_image, stage_cycle, stage_index_out_of_range, stray_heredoc,
    undecided_dollar, undeclared_context, undefined_arg_in_from, unencodable_text,
    unexpandable_arg_name, unknown_flag, unknown_stage, unknown_target, unnamed_base,
    unnamed_description, unnamed_inline_file, unsupported_feature, variable_in_exclude,
    variable_in_from_flag,
};
use crate::diagnostic::{Rule, Severity};
use crate::edges::{Graph, Occurs};
use crate::model::Dockerfile;
use crate::syntax::{Engine, Problem};
use crate::text::suggest::nearest;

type ModelCheck = fn(&Context<'_>, &mut Findings);

/// The function that finds the findings of a rule.
enum Check {
    /// It looks at the model.
    Model(ModelCheck),
    /// It reports problems that the writer or the reader had: see `problem`.
    Problems,
}

const ANY_ARG: Occurs = Occurs::ARG.and(Occurs::GLOBAL_ARG).and(Occurs::TRIGGER);
const ANY_PLATFORM_DEFAULT: Occurs = Occurs::PLATFORM_DEFAULT.and(Occurs::TRIGGER);
const ANY_EXCLUDE: Occurs = Occurs::EXCLUDE.and(Occurs::TRIGGER);
const NO_STAGE: Occurs = Occurs::TO_NONE.and(Occurs::REMOVED);

/// The rules that `render` asks, by id: what has to occur in a file for one of them to look at it,
/// and its check.
static RULES: &[(&Rule, Occurs, Check)] = &[
    (
        &accidental_description::RULE,
        Occurs::COMMENT,
        Model(accidental_description::check),
    ),
    (
        &arg_after_env::RULE,
        Occurs::ENGINE,
        Model(arg_after_env::check),
    ),
    (
        &default_of_same_arg::RULE,
        Occurs::ENGINE,
        Model(default_of_same_arg::check),
    ),
    (
        &duplicate_global_arg::RULE,
        Occurs::GLOBAL_ARG,
        Model(duplicate_global_arg::check),
    ),
    (
        &duplicate_stage_name::RULE,
        Occurs::FILE,
        Model(duplicate_stage_name::check),
    ),
    (&empty_file::RULE, Occurs::FILE, Model(empty_file::check)),
    (&forbidden_trigger::RULE, Occurs::NOTHING, Problems),
    (
        &ignored_arg_default::RULE,
        Occurs::ENGINE,
        Model(ignored_arg_default::check),
    ),
    (
        &inherited_arg::RULE,
        Occurs::ENGINE,
        Model(inherited_arg::check),
    ),
    (&invalid_context_name::RULE, Occurs::NOTHING, Problems),
    (
        &invalid_epoch_stage::RULE,
        Occurs::GLOBAL_ARG,
        Model(invalid_epoch_stage::check),
    ),
    (&invalid_expression::RULE, Occurs::NOTHING, Problems),
    (&invalid_image::RULE, Occurs::NOTHING, Problems),
    (&invalid_stage_name::RULE, Occurs::NOTHING, Problems),
    (&invalid_value::RULE, Occurs::NOTHING, Problems),
    (
        &later_stage::RULE,
        Occurs::FORWARD,
        Model(later_stage::check),
    ),
    (&live_check_comment::RULE, Occurs::NOTHING, Problems),
    (
        &long_context_name::RULE,
        Occurs::CONTEXT,
        Model(long_context_name::check),
    ),
    (&lost_command::RULE, Occurs::NOTHING, Problems),
    (
        &mismatched_shell::RULE,
        Occurs::MADE,
        Model(mismatched_shell::check),
    ),
    (&misquoted_word::RULE, Occurs::NOTHING, Problems),
    (
        &misread_heredoc::RULE,
        Occurs::ENGINE,
        Model(misread_heredoc::check),
    ),
    (&missing_value::RULE, Occurs::NOTHING, Problems),
    (
        &numbered_base::RULE,
        Occurs::ENGINE,
        Model(numbered_base::check),
    ),
    (
        &partial_json_form::RULE,
        Occurs::ENGINE,
        Model(partial_json_form::check),
    ),
    (
        &platform_arg_default::RULE,
        ANY_PLATFORM_DEFAULT,
        Model(platform_arg_default::check),
    ),
    (&remote_copy_source::RULE, Occurs::NOTHING, Problems),
    (
        &reserved_stage_name::RULE,
        Occurs::FILE,
        Model(reserved_stage_name::check),
    ),
    (
        &self_reference::RULE,
        Occurs::TO_ITSELF,
        Model(self_reference::check),
    ),
    (
        &shadowed_description::RULE,
        Occurs::DESCRIPTION,
        Model(shadowed_description::check),
    ),
    (
        &shadowed_image::RULE,
        Occurs::FILE,
        Model(shadowed_image::check),
    ),
    (
        &shell_form_after_shell::RULE,
        Occurs::ENGINE,
        Model(shell_form_after_shell::check),
    ),
    (
        &stage_cycle::RULE,
        Occurs::FORWARD,
        Model(stage_cycle::check),
    ),
    (
        &stage_index_out_of_range::RULE,
        Occurs::BY_INDEX,
        Model(stage_index_out_of_range::check),
    ),
    (&stray_heredoc::RULE, Occurs::NOTHING, Problems),
    (&undecided_dollar::RULE, Occurs::NOTHING, Problems),
    (
        &undeclared_context::RULE,
        Occurs::TO_CONTEXT,
        Model(undeclared_context::check),
    ),
    (
        &undefined_arg_in_from::RULE,
        Occurs::BASE_EXPRESSION,
        Model(undefined_arg_in_from::check),
    ),
    (&unencodable_text::RULE, Occurs::NOTHING, Problems),
    (
        &unexpandable_arg_name::RULE,
        ANY_ARG,
        Model(unexpandable_arg_name::check),
    ),
    (
        &unexpanded_port::RULE,
        Occurs::ENGINE,
        Model(unexpanded_port::check),
    ),
    (&unknown_flag::RULE, Occurs::NOTHING, Problems),
    (&unknown_stage::RULE, NO_STAGE, Model(unknown_stage::check)),
    (
        &unknown_target::RULE,
        Occurs::TARGET,
        Model(unknown_target::check),
    ),
    (&unnamed_base::RULE, Occurs::NOTHING, Problems),
    (&unnamed_description::RULE, Occurs::NOTHING, Problems),
    (&unnamed_inline_file::RULE, Occurs::NOTHING, Problems),
    (
        &unread_escape::RULE,
        Occurs::ENGINE,
        Model(unread_escape::check),
    ),
    (
        &unsupported_feature::RULE,
        Occurs::ENGINE,
        Model(unsupported_feature::check),
    ),
    (
        &variable_in_exclude::RULE,
        ANY_EXCLUDE,
        Model(variable_in_exclude::check),
    ),
    (&variable_in_from_flag::RULE, Occurs::NOTHING, Problems),
];

/// The rules that `render` asks, by id.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().map(|(rule, ..)| *rule)
}

/// The input of a check.
#[derive(Debug)]
pub(crate) struct Context<'m> {
    pub(crate) file: &'m Dockerfile,
    pub(crate) graph: Graph<'m>,
    /// The problems of the writer, or of the reader.
    pub(crate) problems: &'m [Problem],
    /// The program that builds the file, if one is set.
    pub(crate) engine: Option<Engine>,
}

/// Returns `true` if a rule reports what the writer could not do.
pub(crate) fn is_about_problems(rule: &Rule) -> bool {
    let mut rules = RULES.iter();
    rules.any(|(other, _, check)| std::ptr::eq(*other, rule) && matches!(check, Problems))
}

/// Returns the features that occur in a file, and in its build.
fn occurs(context: &Context<'_>) -> Occurs {
    let engine = Occurs::ENGINE.if_so(context.engine.is_some());
    context.graph.occurs.and(engine)
}

/// Runs the rules of at least a severity that are not disabled.
pub(crate) fn run(context: &Context<'_>, least: Severity) -> Vec<Finding> {
    let allowed = &context.file.beside.allowed;
    let allows = !allowed.is_empty();
    let is_allowed = |rule: &Rule| allows && rule.can_be_allowed && allowed.contains(rule.id);
    let applies = |rule: &Rule| rule.severity >= least && !is_allowed(rule);
    let mut findings = Findings::default();
    for problem in context.problems {
        problem::tell(problem, context, &mut findings);
    }
    findings.list.retain(|finding| applies(finding.rule));
    let occurs = occurs(context);
    for (rule, about, check) in RULES {
        if occurs.has(*about) && applies(rule) {
            if let Model(check) = check {
                check(context, &mut findings);
            }
        }
    }
    // A rule can find less than its worst.
    findings.list.retain(|finding| finding.severity >= least);
    findings.list
}

#[cfg(feature = "parse")]
#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stage;
    use crate::instruction::{Copy, Onbuild, Run, words};
    use crate::reference::StageName;
    use crate::text::expr;

    /// Files in which one thing each occurs, in every place where it can.
    fn files() -> Vec<Dockerfile> {
        let texts = [
            "",
            "FROM a\nRUN ls\n",
            "FROM scratch AS scratch\nFROM a AS context\n",
            "ARG A=1\nARG A=2\nFROM a:$A\n",
            "ARG TARGETARCH=x\nFROM a\n",
            "FROM a\nARG TARGETOS=x V=1\n",
            "FROM a\nARG TARGETOS=${TARGETOS:-x}\n",
            "FROM a AS b\nONBUILD ARG TARGETOS=x\nFROM b\n",
            "ARG A-B=1\nFROM a\nARG C-D\nONBUILD ARG E-F\n",
            "ARG SOURCE_DATE_EPOCH=b\nFROM a AS b\n",
            "FROM a:$NONE\nFROM --platform=$NONE a\nFROM a:${NONE:-x}\n",
            "FROM a AS a\nFROM a AS a\nCOPY --from=a / /\nCOPY --from=1 / /\nCOPY --from=9 / /\n",
            "FROM b AS a\nFROM a AS b\nCOPY --from=c / /\nFROM a AS c\nCOPY --from=b / /\n",
            "FROM a AS b\nRUN --mount=from=b,target=/x ls\nRUN --mount=from=c,target=/x ls\nFROM b AS c\n",
            "FROM a AS b\nONBUILD COPY --from=c / /\nFROM b AS c\nCOPY --from=c / /\n",
            "# b one\n# two\nFROM a AS b\n# V three\nARG V\n# V four\nARG V\n",
            "# V one\nARG V\n# V two\nARG V\nFROM a\n",
            "FROM a\nCOPY --exclude=$X / /\nADD --exclude=$X / /\nONBUILD COPY --exclude=$X / /\n",
            "FROM a\nSHELL [\"sh\"]\nRUN ls\nEXPOSE 1-2 $P\nARG P\nENV Q=$P\nARG Q\nRUN [\"a\" b]\n",
            "# escape=`\nFROM 0\nCOPY a\\b /\nCOPY <<a /\na\nRUN <<b\nb\n",
        ];
        let mut files: Vec<Dockerfile> = Vec::new();
        for text in texts {
            files.push(crate::Parsed::new(text).into_file());
        }
        // The number of a stage that there is, and of one that there is not.
        let numbered = "FROM a\nFROM b\nCOPY --from=0 / /\nRUN --mount=from=0,target=/x ls\n";
        let mut file = crate::Parsed::new(numbered).into_file();
        files.push(file.clone());
        for step in &mut file.stages[1].steps {
            if let crate::instruction::Instruction::Copy(copy) = step.instruction_mut() {
                copy.from = Some(crate::reference::Source::Index(7));
            }
        }
        files.push(file);
        let mut file = Dockerfile::new();
        file.context("docker.io/library/a");
        file.target(StageName::new("none"));
        file.push(Stage::new("a").instruction(Copy::new("a", "/").exclude(expr("$X"))));
        files.push(file);
        let mut file = Dockerfile::new();
        let base = file.stage("b", Stage::new("a").run("ls"));
        let context = crate::Context::new("c");
        file.push(
            Stage::new(&base)
                .copy_from(&context, "/", "/")
                .copy_from(&base, "/", "/"),
        );
        file.push(Stage::new(expr("${X:-b}")));
        let removed = file.remove("b");
        assert!(removed.is_ok());
        files.push(file);
        let made = || Run::new(words(["echo", "a b"]));
        let shell = crate::instruction::Shell::new(["pwsh"]);
        let steps = Stage::new("a")
            .run(made())
            .instruction(Onbuild::new(made()));
        let mut file = Dockerfile::new();
        file.push(steps.clone());
        let mut other = steps;
        other.steps_mut().insert(0, shell.into());
        file.push(other);
        files.push(file);
        files
    }

    #[test]
    fn a_rule_that_is_not_asked_would_find_nothing() {
        let engines = [None, Some(Engine::Classic), Some(Engine::Kaniko)];
        let mut asked = vec![false; RULES.len()];
        for file in &files() {
            for engine in engines {
                let context = Context {
                    file,
                    graph: Graph::of(file),
                    problems: &[],
                    engine,
                };
                let occurs = occurs(&context);
                for ((rule, about, check), asked) in RULES.iter().zip(&mut asked) {
                    let Model(check) = check else { continue };
                    let mut findings = Findings::default();
                    check(&context, &mut findings);
                    let is_asked = occurs.has(*about);
                    assert!(
                        is_asked || findings.list.is_empty(),
                        "{}: {file:?}",
                        rule.id
                    );
                    *asked |= is_asked;
                }
            }
        }
        for ((rule, _, check), asked) in RULES.iter().zip(asked) {
            assert_eq!(asked, matches!(check, Model(_)), "{}", rule.id);
        }
    }
}
