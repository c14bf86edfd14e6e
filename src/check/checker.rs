//! `Checker`: which rules are looked for, and what the build is.

use std::fmt;

use indexmap::{IndexMap, IndexSet};
use smol_str::SmolStr;

use super::Checking;
use crate::diagnostic::{Group, Level, Rule, Severity};
use crate::ignore::IgnoreFile;
use crate::model::Dockerfile;
use crate::resolve::{Build, Resolved};
use crate::rules::{self, Edit, Findings};
use crate::syntax::{At, CheckDirective, Engine, Part};

/// The settings of a check: the build it is for, and its rules.
///
/// ```
/// use multistage::{resolve::Build, check::Checker, Dockerfile, Severity};
///
/// let file = Dockerfile::parse("FROM alpine\nMAINTAINER me\n")?;
/// assert_eq!(file.check().diagnostics()[0].rule.id, "deprecated-maintainer");
///
/// let checker = Checker::new().allow("deprecated-maintainer");
/// assert!(file.check_with(&checker).is_empty());
///
/// let strict = Checker::new().severity("deprecated-maintainer", Severity::Error);
/// assert!(file.check_with(&strict).has_errors());
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Default)]
pub struct Checker {
    build: Build,
    engine: Option<Engine>,
    ignore: Option<IgnoreFile>,
    groups: IndexSet<Group>,
    allowed: IndexSet<SmolStr>,
    severities: IndexMap<SmolStr, Severity>,
    checks: Option<CheckDirective>,
    own: Vec<Own>,
}

type Own = (
    &'static Rule,
    Box<dyn Fn(&Dockerfile, &Resolved) -> Vec<Finding> + Send + Sync>,
);

/// A finding of a rule of your own: what is wrong and where, with what the crate's own findings
/// have.
///
/// ```
/// use multistage::check::{Checker, Finding, Rule};
/// use multistage::layout::{At, Part};
/// use multistage::{Dockerfile, Severity};
///
/// static LATEST: Rule = Rule::new("latest-base", Severity::Warning,
///     "a base image with the tag `latest`");
///
/// let checker = Checker::new().rule(&LATEST, |file, _| {
///     let stages = file.stages().iter().enumerate();
///     let latest = stages.filter(|(_, stage)| stage.base().to_string().ends_with(":latest"));
///     let findings = latest.map(|(index, stage)| {
///         let image = stage.base().to_string().replace(":latest", ":stable");
///         Finding::new(At::From(index), Part::Base, "the base image has the tag `latest`")
///             .label("moves with every release")
///             .help("name a version")
///             .replace(At::From(index), Part::Base, image)
///     });
///     findings.collect()
/// });
/// let file = Dockerfile::parse("FROM debian:latest\n")?;
/// let report = file.check_with(&checker);
/// assert_eq!(report.to_string(), "\
/// warning[latest-base]: the base image has the tag `latest`
///  --> Dockerfile (as rendered):1:6
///   |
/// 1 | FROM debian:latest
///   |      ^^^^^^^^^^^^^ moves with every release
///   = help: name a version
/// ");
/// assert_eq!(report.fixed(), "FROM debian:stable\n");
/// # Ok::<(), multistage::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Finding {
    message: String,
    labels: Vec<(At, Part, String)>,
    help: Option<String>,
    replacement: Option<(At, Part, String)>,
}

impl Finding {
    /// Creates a finding at a part of the file, with a message of one line.
    pub fn new(at: At, part: Part, message: impl Into<String>) -> Finding {
        Finding {
            message: message.into(),
            labels: vec![(at, part, String::new())],
            help: None,
            replacement: None,
        }
    }

    /// Sets the text after the carets, for the place that was given last.
    pub fn label(mut self, text: impl Into<String>) -> Finding {
        if let Some((_, _, label)) = self.labels.last_mut() {
            *label = text.into();
        }
        self
    }

    /// Points at a second part of the file, with carets of its own.
    pub fn and_at(mut self, at: At, part: Part) -> Finding {
        self.labels.push((at, part, String::new()));
        self
    }

    /// Sets the help, in the imperative: what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = Some(help.into());
        self
    }

    /// Suggests another text for a part. [`Report::fixed`](crate::Report::fixed) puts it there, so
    /// it has to be right whatever else is in the file.
    pub fn replace(mut self, at: At, part: Part, text: impl Into<String>) -> Finding {
        self.replacement = Some((at, part, text.into()));
        self
    }

    fn of(self, rule: &'static Rule) -> rules::Finding {
        let mut finding = rules::Finding::new(rule, self.message);
        for (at, part, text) in self.labels {
            finding = finding.at(at, part, text);
        }
        finding.help = self.help;
        let edit = self.replacement;
        finding.edit(edit.map(|(at, part, text)| Edit::Replace(at, part, text)))
    }
}

impl Checker {
    /// Creates a checker with the rules that are on by default, for no build in particular.
    ///
    /// Until a build is set, an error that a build argument could mend is a warning.
    pub fn new() -> Checker {
        Checker::default()
    }

    /// Sets the build that the file is checked for: its arguments, platform, target and base
    /// images.
    ///
    /// ```
    /// use multistage::{Dockerfile, check::Checker, resolve::Build};
    ///
    /// let file = Dockerfile::parse("FROM scratch\nARG PORT\nEXPOSE $PORT\n")?;
    /// let build = Build::new().arg("PORT", "web");
    /// let report = file.check_with(&Checker::new().build(build));
    /// assert_eq!(report.diagnostics()[0].rule.id, "invalid-expanded-value");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn build(mut self, build: Build) -> Checker {
        self.build = build;
        self
    }

    /// Sets the program that builds the file, in place of the one that [`Dockerfile::set_engine`]
    /// names.
    ///
    /// What the engine does not have is an error, `unsupported-feature`, and so is what means
    /// something else to it.
    ///
    /// ```
    /// use multistage::{Parsed, check::Checker, frontend::PodmanVersion};
    ///
    /// let parsed = Parsed::new("FROM alpine\nCOPY --link a /a\nUSER app\n");
    /// let checker = Checker::new().engine(PodmanVersion::new(5, 4));
    /// assert_eq!(parsed.check(&checker).to_string(), "\
    /// error[unsupported-feature]: Podman 5.4 does not have `--link`
    ///  --> Dockerfile:2:6
    ///   |
    /// 2 | COPY --link a /a
    ///   |      ^^^^^^ since Podman 5.6
    ///   = help: leave the flag out: the same files are copied; or target Podman 5.6 or later
    /// ");
    /// ```
    #[must_use]
    pub fn engine(mut self, engine: impl Into<Engine>) -> Checker {
        self.engine = Some(engine.into());
        self
    }

    /// Sets the `.dockerignore` file of the build context, for the rule `ignored-copy-source`.
    ///
    /// ```
    /// use multistage::{Dockerfile, check::Checker, ignore::IgnoreFile};
    ///
    /// let file = Dockerfile::parse("FROM scratch\nCOPY notes.md /\n")?;
    /// let checker = Checker::new().ignore(IgnoreFile::new().ignore("*.md"));
    /// let report = file.check_with(&checker);
    /// assert_eq!(report.diagnostics()[0].rule.id, "ignored-copy-source");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn ignore(mut self, ignore: IgnoreFile) -> Checker {
        self.ignore = Some(ignore);
        self
    }

    /// Enables a group of rules that is off by default.
    ///
    /// ```
    /// use multistage::{Dockerfile, check::{Checker, Group}};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nUSER 1\n")?;
    /// assert!(file.check().is_empty());
    /// let report = file.check_with(&Checker::new().group(Group::Pedantic));
    /// assert_eq!(report.diagnostics()[0].rule.id, "unpinned-base");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn group(mut self, group: Group) -> Checker {
        self.groups.insert(group);
        self
    }

    /// Disables a rule, by its id. A rule about text that no Dockerfile can hold, or that Docker
    /// rejects, cannot be disabled. An unknown id is a warning (`unknown-rule`).
    #[must_use]
    pub fn allow(mut self, rule: impl AsRef<str>) -> Checker {
        self.allowed.insert(rule.as_ref().into());
        self
    }

    /// Changes the severity of a rule, by its id. A finding that [`render`](Dockerfile::render)
    /// rejects stays an error. An unknown id is a warning (`unknown-rule`).
    #[must_use]
    pub fn severity(mut self, rule: impl AsRef<str>, severity: Severity) -> Checker {
        self.severities.insert(rule.as_ref().into(), severity);
        self
    }

    /// Sets the build argument `BUILDKIT_DOCKERFILE_CHECK`, whose options replace the directive `#
    /// check=` of the file.
    ///
    /// ```
    /// use multistage::{CheckDirective, Dockerfile, check::Checker};
    ///
    /// let file = Dockerfile::parse("FROM alpine\nCMD date\n")?;
    /// assert_eq!(file.check().diagnostics()[0].rule.id, "shell-form-command");
    /// let skip = CheckDirective::new().skip("JSONArgsRecommended");
    /// assert!(file.check_with(&Checker::new().check_directive(skip)).is_empty());
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/build/checks/)
    #[must_use]
    pub fn check_directive(mut self, checks: CheckDirective) -> Checker {
        self.checks = Some(checks);
        self
    }

    /// Adds a rule of your own: a function of the file as it is written and of its resolved
    /// configuration.
    ///
    /// ```
    /// use multistage::check::{Checker, Finding, Rule};
    /// use multistage::layout::{At, Part};
    /// use multistage::resolve::ResolvedBase;
    /// use multistage::{Dockerfile, Severity};
    ///
    /// static FOREIGN: Rule = Rule::new("foreign-registry", Severity::Warning,
    ///     "a base that is not ours");
    ///
    /// let checker = Checker::new().rule(&FOREIGN, |_, resolved| {
    ///     let foreign = resolved.stages().iter().filter(|stage| match stage.base() {
    ///         ResolvedBase::Image(image) => !image.starts_with("registry.example.com/"),
    ///         _ => false,
    ///     });
    ///     let findings = foreign.map(|stage| {
    ///         Finding::new(At::From(stage.index()), Part::Base,
    ///             "the base image is not from our registry")
    ///     });
    ///     findings.collect()
    /// });
    /// let file = Dockerfile::parse(
    ///     "FROM registry.example.com/base AS base\nFROM alpine\nCOPY --from=base /x /x\n"
    /// )?;
    /// assert_eq!(file.check_with(&checker).to_string(), "\
    /// warning[foreign-registry]: the base image is not from our registry
    ///  --> Dockerfile (as rendered):3:6
    ///   |
    /// 3 | FROM alpine
    ///   |      ^^^^^^
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn rule(
        mut self,
        rule: &'static Rule,
        check: impl Fn(&Dockerfile, &Resolved) -> Vec<Finding> + Send + Sync + 'static,
    ) -> Checker {
        self.own.push((rule, Box::new(check)));
        self
    }

    pub(crate) fn settings(&self) -> &Build {
        &self.build
    }

    /// The program that builds a file, if one is set.
    pub(crate) fn engine_of(&self, file: &Dockerfile) -> Option<Engine> {
        self.engine.or(file.beside.engine)
    }

    pub(crate) fn ignore_file(&self) -> Option<&IgnoreFile> {
        self.ignore.as_ref()
    }

    /// Returns `true` if a rule is asked for at all.
    pub(crate) fn looks_for(&self, rule: &Rule, file: &Dockerfile) -> bool {
        if self.is_allowed(rule, file) {
            return false;
        }
        match rule.group {
            Group::Default => true,
            // Single instructions can switch it on.
            Group::Experimental => true,
            group => self.groups.contains(&group),
        }
    }

    /// Returns `true` if a group was asked for.
    pub(crate) fn has_group(&self, group: Group) -> bool {
        self.groups.contains(&group)
    }

    fn is_allowed(&self, rule: &Rule, file: &Dockerfile) -> bool {
        let here = !self.allowed.is_empty() && self.allowed.contains(rule.id);
        let beside = &file.beside.allowed;
        rule.can_be_allowed && (here || !beside.is_empty() && beside.contains(rule.id))
    }

    pub(super) fn has_own_rules(&self) -> bool {
        !self.own.is_empty()
    }

    pub(super) fn own_rules(&self, checking: &Checking<'_>, findings: &mut Findings) {
        for (rule, check) in &self.own {
            if !self.looks_for(rule, checking.context.file) {
                continue;
            }
            for found in check(checking.context.file, checking.resolved) {
                findings.add(found.of(rule));
            }
        }
    }

    /// Returns `true` if what was found is reported, after the options of the file and of the
    /// instruction.
    pub(super) fn keeps(&self, finding: &rules::Finding, checking: &Checking<'_>) -> bool {
        let file = checking.context.file;
        let rule = finding.rule;
        if self.is_allowed(rule, file) {
            return false;
        }
        let whole = self.checks.as_ref().or(file.checks.as_ref());
        // Some are reported for the file before its comments are looked at.
        let single = (rule.level != Level::File)
            .then(|| finding.checks(file))
            .flatten();
        let mut options = whole.into_iter().chain(single);
        if rule.group == Group::Experimental {
            let named = |checks: &CheckDirective| {
                checks
                    .experimental_rules()
                    .any(|name| name == "all" || rule.is_called(name))
            };
            return self.groups.contains(&Group::Experimental) || options.any(named);
        }
        let skipped = |checks: &CheckDirective| {
            let all = rule.buildkit_name().is_some() && checks.skipped().any(|name| name == "all");
            all || checks.skipped().any(|name| rule.is_called(name))
        };
        finding.severity == Severity::Error || !options.any(skipped)
    }

    pub(super) fn severity_of(&self, finding: &rules::Finding, file: &Dockerfile) -> Severity {
        let set = self.severities.get(finding.rule.id).copied();
        if let Some(severity) = set.filter(|_| finding.rule.can_be_allowed) {
            return severity;
        }
        let checks = self.checks.as_ref().or(file.checks.as_ref());
        let strict = checks.and_then(CheckDirective::is_error).unwrap_or(false);
        if strict && finding.rule.buildkit_name().is_some() {
            Severity::Error
        } else {
            finding.severity
        }
    }
}

impl Rule {
    fn is_called(&self, name: &str) -> bool {
        self.id == name || self.buildkit_name() == Some(name)
    }
}

impl rules::Finding {
    /// The options of the comments above the instruction that this is about: the first ones count.
    fn checks<'f>(&self, file: &'f Dockerfile) -> Option<&'f CheckDirective> {
        let at = self
            .decided_at
            .or(self.labels.first().map(|place| place.at))?;
        let comments = match at {
            At::File => return None,
            At::Arg(arg) => file.args.get(arg)?.comments(),
            At::From(stage) => file.stages.get(stage)?.comments(),
            At::Step { stage, step } => file.stages.get(stage)?.steps.get(step)?.comments(),
        };
        // The comments at the top belong to the first instruction, blank lines or not.
        let is_first = match at {
            At::Arg(arg) => arg == 0,
            At::From(stage) => stage == 0 && file.args.is_empty(),
            At::File | At::Step { .. } => false,
        };
        let header = if is_first { &file.header[..] } else { &[] };
        // An empty one parts what is above from what is below.
        let attached = comments
            .iter()
            .rev()
            .chain(header.iter().rev())
            .take_while(|comment| !comment.text().is_empty());
        attached.filter_map(|comment| comment.as_check()).last()
    }
}

impl fmt::Debug for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own: Vec<&str> = self.own.iter().map(|(rule, _)| rule.id).collect();
        f.debug_struct("Checker")
            .field("build", &self.build)
            .field("engine", &self.engine)
            .field("ignore", &self.ignore)
            .field("groups", &self.groups)
            .field("allowed", &self.allowed)
            .field("severities", &self.severities)
            .field("checks", &self.checks)
            .field("own", &own)
            .finish()
    }
}
