//! The checks that go further than `render`: what one build makes of a file, how it is spelled, and
//! mistakes between stages.
//!
//! [`Dockerfile::check`], [`Dockerfile::check_with`] and [`Parsed::check`] return a [`Report`] with
//! errors and warnings. A [`Checker`] selects rules and a build, and takes
//! [rules of your own](Checker::rule). [`rules`](fn@rules) lists all rules; the
//! [guide](crate::guide::checks) shows them at work.

mod build;
mod checker;
mod engine;
mod hidden_names;
mod overlap;
mod stages;
mod unknown_rule;
mod written;

pub use self::checker::{Checker, Finding};
pub(crate) use self::written::Written;
pub use crate::diagnostic::{Group, Rule};

use std::cell::OnceCell;

use indexmap::IndexMap;

use self::build::{
    constant_platform, deprecated_maintainer, empty_continuation, exposed_host_port,
    failing_expansion, ignored_copy_source, inconsistent_keyword_casing, invalid_build_platform,
    invalid_default_base, invalid_expanded_value, legacy_key_value, malformed_description,
    mismatched_as_casing, mismatched_base_platform, redundant_platform, relative_workdir,
    repeated_instruction, secret_in_variable, shell_form_command, undefined_arg_in_from,
    undefined_variable, unknown_build_arg, uppercase_port_protocol, uppercase_stage_name,
};
use crate::diagnostic::{Level, Report, Severity};
use crate::edges::Graph;
use crate::model::Dockerfile;
use crate::parse::{self, Parsed};
use crate::render::{self, Style, locate};
use crate::resolve::Resolved;
use crate::rules::model::{self, duplicate_stage_name, reserved_stage_name};
use crate::rules::{self, Context, Findings, is_about_problems, run};
use crate::scope::Note;
use crate::syntax::{At, Part, Problem};

impl rules::Finding {
    /// Something that was noticed while the stages were worked out.
    pub(crate) fn noted(
        rule: &'static Rule,
        note: &Note,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> rules::Finding {
        let mut finding = rules::Finding::new(rule, message).at(note.at, note.part, label);
        if let Some(declared_at) = note.declared_at {
            // The comments of FROM say nothing of what the base triggers.
            finding.decided_at = Some(At::File);
            if declared_at != At::File {
                finding = finding.at(declared_at, Part::Trigger, "triggered by this");
            }
        }
        finding
    }
}

type Check = fn(&Checking<'_>, &mut Findings);

/// The rules that `render` does not ask and their checks, by id.
static CHECKS: &[(&Rule, Check)] = &[
    (
        &stages::arg_of_another_stage::RULE,
        stages::arg_of_another_stage::check,
    ),
    (
        &engine::base_of_another_case::RULE,
        engine::base_of_another_case::check,
    ),
    (
        &stages::build_in_final_stage::RULE,
        stages::build_in_final_stage::check,
    ),
    (
        &stages::build_tools_in_final_stage::RULE,
        stages::build_tools_in_final_stage::check,
    ),
    (
        &build::comment_in_string::RULE,
        build::comment_in_string::check,
    ),
    (&constant_platform::RULE, constant_platform::check),
    (
        &stages::copy_from_cache_mount::RULE,
        stages::copy_from_cache_mount::check,
    ),
    (
        &stages::copy_from_own_base::RULE,
        stages::copy_from_own_base::check,
    ),
    (&build::decimal_mode::RULE, build::decimal_mode::check),
    (&deprecated_maintainer::RULE, deprecated_maintainer::check),
    (
        &stages::destination_without_slash::RULE,
        stages::destination_without_slash::check,
    ),
    (
        &engine::dropped_from_image::RULE,
        engine::dropped_from_image::check,
    ),
    (
        &duplicate_stage_name::RULE,
        hidden_names::duplicate_stage_name,
    ),
    (
        &stages::emptied_apt_cache::RULE,
        stages::emptied_apt_cache::check,
    ),
    (
        &stages::emptied_cache_mount::RULE,
        stages::emptied_cache_mount::check,
    ),
    (&empty_continuation::RULE, empty_continuation::check),
    (&engine::empty_expose::RULE, engine::empty_expose::check),
    (&build::empty_value::RULE, build::empty_value::check),
    (&exposed_host_port::RULE, exposed_host_port::check),
    (&failing_expansion::RULE, failing_expansion::check),
    (&ignored_copy_source::RULE, ignored_copy_source::check),
    (
        &inconsistent_keyword_casing::RULE,
        inconsistent_keyword_casing::check,
    ),
    (&rules::engine::inherited_arg::RULE, engine::inherited_arg),
    (&invalid_build_platform::RULE, invalid_build_platform::check),
    (&invalid_default_base::RULE, invalid_default_base::check),
    (&invalid_expanded_value::RULE, invalid_expanded_value::check),
    (&legacy_key_value::RULE, legacy_key_value::check),
    (&malformed_description::RULE, malformed_description::check),
    (&mismatched_as_casing::RULE, mismatched_as_casing::check),
    (
        &mismatched_base_platform::RULE,
        mismatched_base_platform::check,
    ),
    (
        &stages::misplaced_cache_mount::RULE,
        stages::misplaced_cache_mount::check,
    ),
    (
        &rules::engine::misread_heredoc::RULE,
        engine::misread_heredoc,
    ),
    (&stages::misspelt_stage::RULE, stages::misspelt_stage::check),
    (
        &build::named_owner_in_link::RULE,
        build::named_owner_in_link::check,
    ),
    (&build::near_json_form::RULE, build::near_json_form::check),
    (&build::outdated_syntax::RULE, build::outdated_syntax::check),
    (
        &stages::packages_after_copy::RULE,
        stages::packages_after_copy::check,
    ),
    (
        &stages::platform_blind_cache::RULE,
        stages::platform_blind_cache::check,
    ),
    (&redundant_platform::RULE, redundant_platform::check),
    (&relative_workdir::RULE, relative_workdir::check),
    (&repeated_instruction::RULE, repeated_instruction::check),
    (
        &reserved_stage_name::RULE,
        hidden_names::reserved_stage_name,
    ),
    (
        &stages::root_in_final_stage::RULE,
        stages::root_in_final_stage::check,
    ),
    (
        &stages::same_env_reference::RULE,
        stages::same_env_reference::check,
    ),
    (&stages::secret_in_run::RULE, stages::secret_in_run::check),
    (&secret_in_variable::RULE, secret_in_variable::check),
    (&shell_form_command::RULE, shell_form_command::check),
    (
        &stages::sources_before_install::RULE,
        stages::sources_before_install::check,
    ),
    (
        &build::swallowed_instruction::RULE,
        build::swallowed_instruction::check,
    ),
    (
        &stages::unchecked_script::RULE,
        stages::unchecked_script::check,
    ),
    (
        &stages::undeclared_global_arg::RULE,
        stages::undeclared_global_arg::check,
    ),
    (
        &model::undefined_arg_in_from::RULE,
        undefined_arg_in_from::check,
    ),
    (&undefined_variable::RULE, undefined_variable::check),
    (
        &stages::unexpanded_home::RULE,
        stages::unexpanded_home::check,
    ),
    (&unknown_build_arg::RULE, unknown_build_arg::check),
    (&unknown_rule::RULE, unknown_rule::check),
    (&stages::unlikely_image::RULE, stages::unlikely_image::check),
    (
        &stages::unlocked_apt_cache::RULE,
        stages::unlocked_apt_cache::check,
    ),
    (&stages::unpinned_base::RULE, stages::unpinned_base::check),
    (
        &stages::unpinned_copy_from::RULE,
        stages::unpinned_copy_from::check,
    ),
    (
        &engine::unportable_spelling::RULE,
        engine::unportable_spelling::check,
    ),
    (
        &engine::unqualified_image::RULE,
        engine::unqualified_image::check,
    ),
    (&rules::engine::unread_escape::RULE, engine::unread_escape),
    (
        &stages::unused_global_arg::RULE,
        stages::unused_global_arg::check,
    ),
    (&stages::unused_stage::RULE, stages::unused_stage::check),
    (
        &uppercase_port_protocol::RULE,
        uppercase_port_protocol::check,
    ),
    (&uppercase_stage_name::RULE, uppercase_stage_name::check),
    (
        &build::value_without_equals::RULE,
        build::value_without_equals::check,
    ),
    (
        &stages::variable_in_exec_form::RULE,
        stages::variable_in_exec_form::check,
    ),
    (
        &stages::whole_root_copy::RULE,
        stages::whole_root_copy::check,
    ),
    (
        &stages::wildcard_to_file::RULE,
        stages::wildcard_to_file::check,
    ),
];

/// Returns all rules, sorted by id. `docs/rules.md` in the repository has their pages.
///
/// ```
/// use multistage::check::{Group, rules};
///
/// let rule = rules().find(|rule| rule.id == "unpinned-base").expect("it exists");
/// assert_eq!(rule.group, Group::Pedantic);
/// assert_eq!(rule.summary, "a base image without a tag, or with the tag `latest`");
/// ```
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let mut rules: Vec<&Rule> = rules::rules().collect();
    rules.extend(CHECKS.iter().map(|(rule, _)| *rule));
    rules.extend(parse::refusals::RULES);
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    rules.into_iter()
}

impl Dockerfile {
    /// Returns everything that is wrong or suspicious in one report, warnings too. It points into
    /// the text that [`render`](Dockerfile::render) would return.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").cmd("date"));
    /// let report = file.check();
    /// assert!(!report.has_errors());
    /// assert_eq!(report.diagnostics()[0].rule.id, "shell-form-command");
    /// ```
    pub fn check(&self) -> Report {
        self.check_with(&Checker::new())
    }

    /// [`check`](Dockerfile::check) for a build: with its arguments, its platform, its target, what
    /// is known of the base images, and the rules that are wanted.
    ///
    /// ```
    /// use multistage::{resolve::Build, check::Checker, Dockerfile};
    ///
    /// let file = Dockerfile::parse("FROM scratch\nARG PORT\nEXPOSE ${PORT:-web}\n")?;
    /// let report = file.check();
    /// assert_eq!(report.to_string(), "\
    /// error[invalid-expanded-value]: `web` is not a valid port
    ///  --> Dockerfile (as rendered):3:8
    ///   |
    /// 3 | EXPOSE ${PORT:-web}
    ///   |        ^^^^^^^^^^^^
    ///   = help: expected `PORT[-PORT][/tcp|/udp|/sctp]` from 0 to 65535
    /// ");
    /// let build = Build::new().arg("PORT", "8080");
    /// assert!(file.check_with(&Checker::new().build(build)).is_empty());
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn check_with(&self, checker: &Checker) -> Report {
        let draft = render::draft(self, Style::default());
        let findings = find_all(self, &draft.problems, checker, None);
        if findings.is_empty() {
            return Report::new(draft.text, Vec::new()).with_name(self.beside.report_name());
        }
        // The places of the parts are asked for only if something was found.
        let draft = render::draft_with_places(self, Style::default());
        let layout = draft.layout.unwrap_or_default();
        let diagnostics = findings
            .into_iter()
            .map(|finding| locate(finding, self, &draft.text, &layout))
            .collect();
        Report::new(draft.text, diagnostics).with_name(self.beside.report_name())
    }
}

impl Parsed<'_> {
    /// Checks the text for a build, and reports everything that is wrong or suspicious: what was
    /// found in reading, how the text is spelled, and its resolved configuration. See
    /// [`Dockerfile::check_with`].
    ///
    /// If Docker would reject the text, the report has those errors, and beside them the warnings
    /// of rules that look at one instruction alone: what is missing from the model cannot make them
    /// wrong.
    ///
    /// ```
    /// use multistage::{check::Checker, Parsed};
    ///
    /// let parsed = Parsed::new("FROM alpine\nMAINTAINER me\n");
    /// assert_eq!(parsed.check(&Checker::new()).to_string(), "\
    /// warning[deprecated-maintainer]: MAINTAINER is deprecated
    ///  --> Dockerfile:2:1
    ///   |
    /// 2 | MAINTAINER me
    ///   | ^^^^^^^^^^
    ///   = help: use the label `org.opencontainers.image.authors`
    /// ");
    /// ```
    pub fn check(&self, checker: &Checker) -> Report {
        let problems = render::draft(self.file(), Style::default()).problems;
        let written = Written {
            source: self.source,
            layout: &self.layout,
            empty_continuations: &self.empty_continuations,
            legacy_pairs: &self.legacy_pairs,
            last_comments: &self.last_comments,
        };
        let findings = find_all(&self.file, &problems, checker, Some(written));
        let mut found = Vec::with_capacity(findings.len());
        let is_partial = self.has_errors();
        if is_partial {
            found.extend(self.found.iter().cloned());
        }
        for finding in findings {
            let looks_at_one = LOCAL.iter().any(|rule| rule.id == finding.rule.id);
            if looks_at_one || !is_partial {
                found.push(locate(finding, &self.file, self.source, &self.layout));
            }
        }
        Report::new(self.source.to_owned(), found)
    }
}

/// The rules that look at one instruction alone, or at how it is written.
static LOCAL: &[&Rule] = &[
    &deprecated_maintainer::RULE,
    &empty_continuation::RULE,
    &inconsistent_keyword_casing::RULE,
    &legacy_key_value::RULE,
    &mismatched_as_casing::RULE,
    &secret_in_variable::RULE,
    &uppercase_port_protocol::RULE,
    &uppercase_stage_name::RULE,
];

/// Collects the findings of all rules.
fn find_all(
    file: &Dockerfile,
    problems: &[Problem],
    checker: &Checker,
    written: Option<Written<'_>>,
) -> Vec<rules::Finding> {
    let mut graph = Graph::of(file);
    graph.references.shrink_to_fit();
    let resolved = Resolved::new(
        file,
        &graph,
        checker.settings(),
        checker.ignore_file().is_some(),
    );
    let context = Context {
        file,
        graph,
        problems,
        engine: checker.engine_of(file),
    };
    run_all(&Checking::new(context, &resolved, checker, written))
}

/// The part of a check's input that `render` does not need.
#[derive(Debug)]
pub(crate) struct Checking<'m> {
    pub(crate) context: Context<'m>,
    pub(crate) resolved: &'m Resolved,
    scripts: stages::Scripts<'m>,
    continued: OnceCell<build::Continued<'m>>,
    with_variables: OnceCell<Vec<(usize, usize)>>,
    pub(crate) checker: &'m Checker,
    /// The spelling of the file, if it was read from a text.
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
            continued: OnceCell::new(),
            with_variables: OnceCell::new(),
            context,
            resolved,
            checker,
            written,
        }
    }

    /// The instructions that may use a variable, by stage and step.
    fn with_variables(&self) -> &[(usize, usize)] {
        self.with_variables
            .get_or_init(|| stages::with_variables(self))
    }

    /// The lines that go on with an instruction and look like something else.
    fn continued(&self) -> &build::Continued<'m> {
        self.continued.get_or_init(|| match &self.written {
            Some(written) => build::Continued::of(written, self.context.file.escape()),
            None => build::Continued::default(),
        })
    }
}

/// Runs all rules, as the checker and the file want them.
fn run_all(checking: &Checking<'_>) -> Vec<rules::Finding> {
    let mut findings = Findings::default();
    findings.list = run(&checking.context, Severity::Warning);
    // What is wrong with the model is reported once, not again as what comes of it; and nothing more is reported about an
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
    for (rule, check) in CHECKS {
        if checking.checker.looks_for(rule, checking.context.file) {
            check(checking, &mut findings);
        }
    }
    let again = |finding: &rules::Finding| {
        let mut places = finding.labels.iter().map(|place| place.at);
        match places.next().and_then(|at| told.get(&at)) {
            Some(unwritable) => *unwritable || finding.rule.level == Level::Build,
            None => places.any(|at| told.get(&at) == Some(&true)),
        }
    };
    let mut nth = 0;
    findings.list.retain(|finding| {
        nth += 1;
        nth <= first || !again(finding)
    });
    checking.checker.own_rules(checking, &mut findings);
    let mut list = findings.list;
    list.retain(|finding| checking.checker.keeps(finding, checking));
    overlap::drop_replaced(&mut list);
    overlap::keep_edits_of(&build::swallowed_instruction::RULE, &mut list);
    for finding in &mut list {
        finding.severity = checking.checker.severity_of(finding, checking.context.file);
    }
    list
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

    /// The Dockerfiles of a page, in order, each with the words after `dockerfile`.
    fn dockerfiles(rule: &Rule) -> Vec<(&str, &str)> {
        let blocks = rule.docs.split("```dockerfile").skip(1);
        blocks
            .filter_map(|block| block.split("```").next()?.split_once('\n'))
            .collect()
    }

    /// The rules that fire on a Dockerfile of a page.
    fn found(words: &str, text: &str) -> Vec<&'static str> {
        let mut checker = Checker::new();
        let mut build = crate::resolve::Build::new();
        for word in words.split_whitespace() {
            let pair = word.split_once('=');
            match (pair.map_or(word, |(name, _)| name), pair) {
                ("pedantic", _) => checker = checker.group(Group::Pedantic),
                ("experimental", _) => checker = checker.group(Group::Experimental),
                ("engine", Some((_, engine))) => {
                    let engine: crate::syntax::Engine = engine.parse().expect("it is an engine");
                    checker = checker.engine(engine);
                }
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
