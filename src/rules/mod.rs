//! The rules that `render` asks: the table that pairs each with its check, and what a check works
//! with.
//!
//! One file a rule: its page, its data, how it tells what it finds. What a rule finds names places
//! of the model; `render` finds out where these are in the text.

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
    /// It looks at the model, if one of these occurs in it.
    Model(Occurs, ModelCheck),
    /// It reports problems that the writer or the reader had: see `problem`.
    Problems,
}

const ANY_ARG: Occurs = Occurs::ARG.and(Occurs::GLOBAL_ARG).and(Occurs::TRIGGER);
const ANY_EXCLUDE: Occurs = Occurs::EXCLUDE.and(Occurs::TRIGGER);
const NO_STAGE: Occurs = Occurs::TO_NONE.and(Occurs::REMOVED);

/// The rules that `render` asks and their checks, by id.
static RULES: &[(&Rule, Check)] = &[
    (
        &accidental_description::RULE,
        Model(Occurs::FILE, accidental_description::check),
    ),
    (
        &arg_after_env::RULE,
        Model(Occurs::ENGINE, arg_after_env::check),
    ),
    (
        &default_of_same_arg::RULE,
        Model(Occurs::ENGINE, default_of_same_arg::check),
    ),
    (
        &duplicate_global_arg::RULE,
        Model(Occurs::GLOBAL_ARG, duplicate_global_arg::check),
    ),
    (
        &duplicate_stage_name::RULE,
        Model(Occurs::FILE, duplicate_stage_name::check),
    ),
    (&empty_file::RULE, Model(Occurs::FILE, empty_file::check)),
    (&forbidden_trigger::RULE, Problems),
    (
        &ignored_arg_default::RULE,
        Model(Occurs::ENGINE, ignored_arg_default::check),
    ),
    (
        &inherited_arg::RULE,
        Model(Occurs::ENGINE, inherited_arg::check),
    ),
    (&invalid_context_name::RULE, Problems),
    (
        &invalid_epoch_stage::RULE,
        Model(Occurs::GLOBAL_ARG, invalid_epoch_stage::check),
    ),
    (&invalid_expression::RULE, Problems),
    (&invalid_image::RULE, Problems),
    (&invalid_stage_name::RULE, Problems),
    (&invalid_value::RULE, Problems),
    (
        &later_stage::RULE,
        Model(Occurs::FORWARD, later_stage::check),
    ),
    (&live_check_comment::RULE, Problems),
    (
        &long_context_name::RULE,
        Model(Occurs::CONTEXT, long_context_name::check),
    ),
    (&lost_command::RULE, Problems),
    (
        &mismatched_shell::RULE,
        Model(Occurs::MADE, mismatched_shell::check),
    ),
    (&misquoted_word::RULE, Problems),
    (
        &misread_heredoc::RULE,
        Model(Occurs::ENGINE, misread_heredoc::check),
    ),
    (&missing_value::RULE, Problems),
    (
        &numbered_base::RULE,
        Model(Occurs::ENGINE, numbered_base::check),
    ),
    (
        &partial_json_form::RULE,
        Model(Occurs::ENGINE, partial_json_form::check),
    ),
    (
        &platform_arg_default::RULE,
        Model(ANY_ARG, platform_arg_default::check),
    ),
    (&remote_copy_source::RULE, Problems),
    (
        &reserved_stage_name::RULE,
        Model(Occurs::FILE, reserved_stage_name::check),
    ),
    (
        &self_reference::RULE,
        Model(Occurs::TO_ITSELF, self_reference::check),
    ),
    (
        &shadowed_description::RULE,
        Model(Occurs::DESCRIPTION, shadowed_description::check),
    ),
    (
        &shadowed_image::RULE,
        Model(Occurs::FILE, shadowed_image::check),
    ),
    (
        &shell_form_after_shell::RULE,
        Model(Occurs::ENGINE, shell_form_after_shell::check),
    ),
    (
        &stage_cycle::RULE,
        Model(Occurs::FORWARD, stage_cycle::check),
    ),
    (
        &stage_index_out_of_range::RULE,
        Model(Occurs::BY_INDEX, stage_index_out_of_range::check),
    ),
    (&stray_heredoc::RULE, Problems),
    (&undecided_dollar::RULE, Problems),
    (
        &undeclared_context::RULE,
        Model(Occurs::TO_CONTEXT, undeclared_context::check),
    ),
    (
        &undefined_arg_in_from::RULE,
        Model(Occurs::BASE_EXPRESSION, undefined_arg_in_from::check),
    ),
    (&unencodable_text::RULE, Problems),
    (
        &unexpandable_arg_name::RULE,
        Model(ANY_ARG, unexpandable_arg_name::check),
    ),
    (
        &unexpanded_port::RULE,
        Model(Occurs::ENGINE, unexpanded_port::check),
    ),
    (&unknown_flag::RULE, Problems),
    (&unknown_stage::RULE, Model(NO_STAGE, unknown_stage::check)),
    (
        &unknown_target::RULE,
        Model(Occurs::TARGET, unknown_target::check),
    ),
    (&unnamed_base::RULE, Problems),
    (&unnamed_description::RULE, Problems),
    (&unnamed_inline_file::RULE, Problems),
    (
        &unread_escape::RULE,
        Model(Occurs::ENGINE, unread_escape::check),
    ),
    (
        &unsupported_feature::RULE,
        Model(Occurs::ENGINE, unsupported_feature::check),
    ),
    (
        &variable_in_exclude::RULE,
        Model(ANY_EXCLUDE, variable_in_exclude::check),
    ),
    (&variable_in_from_flag::RULE, Problems),
];

/// The rules that `render` asks, by id.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().map(|(rule, _)| *rule)
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
    rules.any(|(other, check)| std::ptr::eq(*other, rule) && matches!(check, Problems))
}

/// Runs the rules of at least a severity that are not disabled.
pub(crate) fn run(context: &Context<'_>, least: Severity) -> Vec<Finding> {
    let allowed = &context.file.beside.allowed;
    let is_allowed =
        |rule: &Rule| !allowed.is_empty() && rule.can_be_allowed && allowed.contains(rule.id);
    let applies = |rule: &Rule| rule.severity >= least && !is_allowed(rule);
    let mut findings = Findings::default();
    for problem in context.problems {
        problem::tell(problem, context, &mut findings);
    }
    findings.list.retain(|finding| applies(finding.rule));
    let engine = Occurs::ENGINE.if_so(context.engine.is_some());
    let occurs = context.graph.occurs.and(engine);
    for (rule, check) in RULES {
        if let Model(about, check) = check {
            if occurs.has(*about) && applies(rule) {
                check(context, &mut findings);
            }
        }
    }
    // A rule can find less than its worst.
    findings.list.retain(|finding| finding.severity >= least);
    findings.list
}
