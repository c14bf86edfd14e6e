//! The rules: the table that pairs each with its check, and what a check works with.
//!
//! One file a rule: its page, its data, how it tells what it finds. What a rule finds names places of the model;
//! `validate` finds out where those stand in the text.

/// Declares a rule: its data and its page, whose examples run as documentation tests.
macro_rules! rule {
    (
        id: $id:literal,
        severity: $severity:ident,
        summary: $summary:literal,
        also: [$($also:literal),*],
        can_be_allowed: $can_be_allowed:literal,
        $(group: $group:ident,)?
        docs: $docs:literal $(,)?
    ) => {
        #[doc = $docs]
        pub(crate) static RULE: $crate::diagnostic::Rule = $crate::diagnostic::Rule {
            id: $id,
            severity: $crate::diagnostic::Severity::$severity,
            summary: $summary,
            docs: $docs,
            also: &[$($also),*],
            can_be_allowed: $can_be_allowed,
            group: rule!(@group $($group)?),
        };
    };
    (@group) => { $crate::diagnostic::Group::Default };
    (@group $group:ident) => { $crate::diagnostic::Group::$group };
}

mod accidental_description;
mod build;
mod checker;
mod duplicate_stage_name;
mod empty_file;
mod finding;
mod forbidden_trigger;
mod invalid_context_name;
mod invalid_expression;
mod invalid_image;
mod invalid_stage_name;
mod invalid_value;
mod later_stage;
mod live_check_comment;
mod missing_value;
mod problem;
mod reading;
mod remote_copy_source;
mod reserved_stage_name;
mod self_reference;
mod shadowed_description;
mod shadowed_image;
mod spot;
mod stage_cycle;
mod stage_index_out_of_range;
mod stages;
mod stray_heredoc;
mod undecided_dollar;
mod undeclared_context;
mod unencodable_text;
mod unexpandable_arg_name;
mod unknown_flag;
mod unknown_rule;
mod unknown_stage;
mod unknown_target;
mod unnamed_base;
mod unnamed_description;
mod unnamed_inline_file;
mod unsupported_feature;
mod variable_in_from_flag;
mod written;

pub use self::checker::{Checker, Found};
pub(crate) use self::finding::{Edit, Finding, Findings, Narrow};
pub(crate) use self::written::Written;

use indexmap::IndexMap;

use self::Check::{Both, Build, Model, Problems};
use self::build::{
    constant_platform, deprecated_maintainer, empty_continuation, exposed_host_port,
    failing_expansion, ignored_copy_source, inconsistent_keyword_casing, invalid_default_base,
    invalid_expanded_value, legacy_key_value, malformed_description, mismatched_as_casing,
    mismatched_base_platform, redundant_platform, relative_workdir, repeated_instruction,
    secret_in_variable, shell_form_command, undefined_arg_in_from, undefined_variable,
    uppercase_port_protocol, uppercase_stage_name,
};
use crate::diagnostic::{Rule, Severity};
use crate::graph::Graph;
use crate::model::Dockerfile;
use crate::resolve::Resolved;
use crate::syntax::{At, Problem, RefusalKind};
use crate::text::suggest::nearest;

/// The rule about something that the reader refused.
pub(crate) fn of_refusal(kind: RefusalKind) -> &'static Rule {
    reading::rule(kind)
}

type ModelCheck = fn(&Context<'_>, &mut Findings);
type BuildCheck = fn(&Checking<'_>, &mut Findings);

/// How a rule comes to its findings.
enum Check {
    /// It looks at the model.
    Model(ModelCheck),
    /// It tells about problems that the writer or the reader had: see `problem`.
    Problems,
    /// It looks at what the file comes to, or at how it is written: `render` does not ask it.
    Build(BuildCheck),
    /// It looks at the model, and at how a file is written that was read.
    Both(ModelCheck, BuildCheck),
}

/// Every rule and its check, by id.
static RULES: &[(&Rule, Check)] = &[
    (
        &accidental_description::RULE,
        Model(accidental_description::check),
    ),
    (&constant_platform::RULE, Build(constant_platform::check)),
    (
        &stages::build_in_final_stage::RULE,
        Build(stages::build_in_final_stage::check),
    ),
    (
        &stages::copy_from_cache_mount::RULE,
        Build(stages::copy_from_cache_mount::check),
    ),
    (
        &deprecated_maintainer::RULE,
        Build(deprecated_maintainer::check),
    ),
    (
        &stages::destination_without_slash::RULE,
        Build(stages::destination_without_slash::check),
    ),
    (
        &duplicate_stage_name::RULE,
        Both(
            duplicate_stage_name::check,
            duplicate_stage_name::check_read,
        ),
    ),
    (&empty_continuation::RULE, Build(empty_continuation::check)),
    (&empty_file::RULE, Model(empty_file::check)),
    (&exposed_host_port::RULE, Build(exposed_host_port::check)),
    (&failing_expansion::RULE, Build(failing_expansion::check)),
    (&forbidden_trigger::RULE, Problems),
    (
        &ignored_copy_source::RULE,
        Build(ignored_copy_source::check),
    ),
    (
        &inconsistent_keyword_casing::RULE,
        Build(inconsistent_keyword_casing::check),
    ),
    (&invalid_context_name::RULE, Problems),
    (
        &invalid_default_base::RULE,
        Build(invalid_default_base::check),
    ),
    (
        &invalid_expanded_value::RULE,
        Build(invalid_expanded_value::check),
    ),
    (&invalid_expression::RULE, Problems),
    (&invalid_image::RULE, Problems),
    (&invalid_stage_name::RULE, Problems),
    (&invalid_value::RULE, Problems),
    (&later_stage::RULE, Model(later_stage::check)),
    (&legacy_key_value::RULE, Build(legacy_key_value::check)),
    (&live_check_comment::RULE, Problems),
    (
        &malformed_description::RULE,
        Build(malformed_description::check),
    ),
    (
        &mismatched_as_casing::RULE,
        Build(mismatched_as_casing::check),
    ),
    (
        &mismatched_base_platform::RULE,
        Build(mismatched_base_platform::check),
    ),
    (&missing_value::RULE, Problems),
    (&redundant_platform::RULE, Build(redundant_platform::check)),
    (&relative_workdir::RULE, Build(relative_workdir::check)),
    (
        &stages::misspelt_stage::RULE,
        Build(stages::misspelt_stage::check),
    ),
    (
        &stages::platform_blind_cache::RULE,
        Build(stages::platform_blind_cache::check),
    ),
    (&remote_copy_source::RULE, Problems),
    (
        &repeated_instruction::RULE,
        Build(repeated_instruction::check),
    ),
    (
        &reserved_stage_name::RULE,
        Both(reserved_stage_name::check, reserved_stage_name::check_read),
    ),
    (&secret_in_variable::RULE, Build(secret_in_variable::check)),
    (
        &stages::root_in_final_stage::RULE,
        Build(stages::root_in_final_stage::check),
    ),
    (
        &stages::same_env_reference::RULE,
        Build(stages::same_env_reference::check),
    ),
    (
        &stages::secret_in_run::RULE,
        Build(stages::secret_in_run::check),
    ),
    (&self_reference::RULE, Model(self_reference::check)),
    (
        &shadowed_description::RULE,
        Model(shadowed_description::check),
    ),
    (&shadowed_image::RULE, Model(shadowed_image::check)),
    (&shell_form_command::RULE, Build(shell_form_command::check)),
    (
        &stages::sources_before_install::RULE,
        Build(stages::sources_before_install::check),
    ),
    (&stage_cycle::RULE, Model(stage_cycle::check)),
    (
        &stage_index_out_of_range::RULE,
        Model(stage_index_out_of_range::check),
    ),
    (&stray_heredoc::RULE, Problems),
    (
        &stages::unchecked_script::RULE,
        Build(stages::unchecked_script::check),
    ),
    (&undecided_dollar::RULE, Problems),
    (&undeclared_context::RULE, Model(undeclared_context::check)),
    (
        &undefined_arg_in_from::RULE,
        Build(undefined_arg_in_from::check),
    ),
    (&undefined_variable::RULE, Build(undefined_variable::check)),
    (
        &stages::undeclared_global_arg::RULE,
        Build(stages::undeclared_global_arg::check),
    ),
    (&unencodable_text::RULE, Problems),
    (
        &unexpandable_arg_name::RULE,
        Model(unexpandable_arg_name::check),
    ),
    (&unknown_flag::RULE, Problems),
    (&unknown_rule::RULE, Model(unknown_rule::check)),
    (&unknown_stage::RULE, Model(unknown_stage::check)),
    (&unknown_target::RULE, Model(unknown_target::check)),
    (&unnamed_base::RULE, Problems),
    (&unnamed_description::RULE, Problems),
    (&unnamed_inline_file::RULE, Problems),
    (
        &stages::unpinned_base::RULE,
        Build(stages::unpinned_base::check),
    ),
    (
        &unsupported_feature::RULE,
        Model(unsupported_feature::check),
    ),
    (
        &uppercase_port_protocol::RULE,
        Build(uppercase_port_protocol::check),
    ),
    (
        &uppercase_stage_name::RULE,
        Build(uppercase_stage_name::check),
    ),
    (
        &stages::unused_stage::RULE,
        Build(stages::unused_stage::check),
    ),
    (
        &stages::variable_in_exec_form::RULE,
        Build(stages::variable_in_exec_form::check),
    ),
    (&variable_in_from_flag::RULE, Problems),
    (
        &stages::whole_root_copy::RULE,
        Build(stages::whole_root_copy::check),
    ),
];

/// The rules that a file is checked against, by id.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let mut rules: Vec<&Rule> = RULES.iter().map(|(rule, _)| *rule).collect();
    rules.extend(reading::RULES);
    rules.sort_by_key(|rule| rule.id);
    rules.into_iter()
}

/// What a check looks at.
#[derive(Debug)]
pub(crate) struct Context<'m> {
    pub(crate) file: &'m Dockerfile,
    pub(crate) graph: Graph<'m>,
    /// What the writer, or the reader, could not do.
    pub(crate) problems: &'m [Problem],
}

/// What a check looks at that is not needed for `render`.
#[derive(Debug)]
pub(crate) struct Checking<'m> {
    pub(crate) context: Context<'m>,
    pub(crate) resolved: &'m Resolved,
    scripts: stages::Scripts<'m>,
    pub(crate) checker: &'m Checker,
    /// How the file is written, where it was read.
    pub(crate) written: Option<Written<'m>>,
}

impl<'m> Checking<'m> {
    pub(crate) fn new(
        context: Context<'m>,
        resolved: &'m Resolved,
        checker: &'m Checker,
        written: Option<Written<'m>>,
    ) -> Checking<'m> {
        Checking {
            scripts: stages::Scripts::new(context.file),
            context,
            resolved,
            checker,
            written,
        }
    }
}

/// Runs all rules, as the checker and the file want them.
pub(crate) fn run_all(checking: &Checking<'_>) -> Vec<Finding> {
    let mut findings = Findings::default();
    findings.list = run(&checking.context, Severity::Warning);
    // What is wrong with the model is told once, not again as what comes of it; and nothing more is told of an
    // instruction that has no spelling.
    let errors = findings
        .list
        .iter()
        .filter(|found| found.severity == Severity::Error);
    let mut told: IndexMap<At, bool> = IndexMap::new();
    for found in errors {
        if let Some(place) = found.labels.first() {
            *told.entry(place.at).or_default() |= is_about_problems(found.rule);
        }
    }
    let first = findings.list.len();
    for (rule, check) in RULES {
        if let Build(check) | Both(_, check) = check {
            if checking.checker.looks_for(rule, checking.context.file) {
                check(checking, &mut findings);
            }
        }
    }
    let further = findings.list.split_off(first);
    let again = |finding: &Finding| {
        let mut places = finding.labels.iter().map(|place| place.at);
        match places.next().and_then(|at| told.get(&at)) {
            Some(unwritable) => *unwritable || finding.comes_of_the_build(),
            None => places.any(|at| told.get(&at) == Some(&true)),
        }
    };
    findings
        .list
        .extend(further.into_iter().filter(|finding| !again(finding)));
    checking.checker.own_rules(checking, &mut findings);
    let mut list = findings.list;
    list.retain(|finding| checking.checker.keeps(finding, checking));
    stages::drop_repeated(&mut list);
    for finding in &mut list {
        finding.severity = checking.checker.severity_of(finding, checking.context.file);
    }
    list
}

/// Whether a rule tells about what the writer could not do.
fn is_about_problems(rule: &Rule) -> bool {
    let mut rules = RULES.iter();
    rules.any(|(other, check)| std::ptr::eq(*other, rule) && matches!(check, Problems))
}

/// Runs the rules of at least a severity that have not been set aside.
pub(crate) fn run(context: &Context<'_>, least: Severity) -> Vec<Finding> {
    let allowed = &context.file.beside.allowed;
    let applies =
        |rule: &Rule| rule.severity >= least && !(rule.can_be_allowed && allowed.contains(rule.id));
    let mut findings = Findings::default();
    for problem in context.problems {
        problem::tell(problem, context, &mut findings);
    }
    findings.list.retain(|finding| applies(finding.rule));
    for (rule, check) in RULES {
        if let Model(check) | Both(check, _) = check {
            if applies(rule) {
                check(context, &mut findings);
            }
        }
    }
    findings.list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Group;

    #[test]
    fn ids_are_sorted() {
        assert!(rules().map(|rule| rule.id).is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn ids_are_kebab_case() {
        for rule in rules() {
            let word =
                |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
            assert!(rule.id.split('-').all(word), "{}", rule.id);
        }
    }

    #[test]
    fn pages_have_their_headings() {
        for rule in rules() {
            let headings: Vec<&str> = rule
                .docs
                .lines()
                .filter(|line| line.starts_with("## "))
                .collect();
            assert_eq!(
                headings,
                [
                    "## What it does",
                    "## Why is this bad?",
                    "## Example",
                    "## Use instead"
                ],
                "{}",
                rule.id
            );
            assert!(rule.docs.ends_with("```\n"), "{}", rule.id);
            // The example shows the rule, and that is run: here as a documentation test, or below.
            let shown = rule.docs.contains(&format!("{:?}", rule.id));
            assert!(shown || !dockerfiles(rule).is_empty(), "{}", rule.id);
        }
    }

    /// The Dockerfiles of a page, in order, each with the words behind `dockerfile`.
    fn dockerfiles(rule: &Rule) -> Vec<(&str, &str)> {
        let blocks = rule.docs.split("```dockerfile").skip(1);
        blocks
            .filter_map(|block| block.split("```").next()?.split_once('\n'))
            .collect()
    }

    /// The rules that fire on a Dockerfile of a page.
    fn found(words: &str, text: &str) -> Vec<&'static str> {
        let mut checker = Checker::new();
        let mut build = crate::Build::new();
        for word in words.split_whitespace() {
            match (word, word.split_once('=')) {
                ("pedantic", _) => checker = checker.group(Group::Pedantic),
                ("experimental", _) => checker = checker.group(Group::Experimental),
                ("empty-bases", _) => build = build.empty_bases(),
                (_, Some((name, value))) => build = build.arg(name, value),
                (other, None) => panic!("unknown word {other}"),
            }
        }
        let checker = checker.build(build);
        let parsed = crate::Parsed::new(text);
        let report = parsed.check(&checker);
        let mut ids: Vec<&str> = report.iter().map(|found| found.rule.id).collect();
        ids.dedup();
        ids
    }

    #[test]
    fn the_dockerfiles_of_the_pages_show_their_rules() {
        for rule in rules() {
            let Some(((words, bad), good)) = dockerfiles(rule)
                .split_first()
                .map(|(a, b)| (*a, b.to_vec()))
            else {
                continue;
            };
            assert_eq!(found(words, bad), [rule.id], "{}", rule.id);
            assert!(!good.is_empty(), "{}", rule.id);
            for (words, good) in good {
                assert!(
                    found(words, good).is_empty(),
                    "{}: {:?}",
                    rule.id,
                    found(words, good)
                );
            }
        }
    }

    #[test]
    fn summaries_are_short_phrases() {
        for rule in rules() {
            let summary = rule.summary;
            assert!(!summary.is_empty() && summary.len() <= 90, "{summary}");
            assert!(
                !summary.ends_with('.') && !summary.contains('\n'),
                "{summary}"
            );
        }
    }

    #[test]
    fn other_names_say_whose_they_are() {
        for name in rules().flat_map(|rule| rule.also) {
            assert!(name.starts_with("buildkit:") || name.starts_with("hadolint:"));
        }
    }

    #[test]
    fn what_docker_would_not_do_stays() {
        // A warning is legal, so it can be set aside.
        for rule in rules().filter(|rule| rule.severity == Severity::Warning) {
            assert!(rule.can_be_allowed, "{}", rule.id);
        }
    }
}
