//! `Checker`: which rules are looked for, and what the build is.

use std::fmt;

use indexmap::{IndexMap, IndexSet};
use smol_str::SmolStr;

use super::Checking;
use crate::diagnostic::{Group, Level, Rule, Severity};
use crate::ignore::IgnoreFile;
use crate::model::Dockerfile;
use crate::resolve::{Build, Resolved};
use crate::rules::{Finding, Findings};
use crate::syntax::{At, Checks, Part};

/// How a file is checked: for which build, and with which rules.
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
    ignore: Option<IgnoreFile>,
    groups: IndexSet<Group>,
    allowed: IndexSet<SmolStr>,
    severities: IndexMap<SmolStr, Severity>,
    checks: Option<Checks>,
    own: Vec<Own>,
}

type Own = (
    &'static Rule,
    Box<dyn Fn(&Dockerfile, &Resolved) -> Vec<Found> + Send + Sync>,
);

/// What a rule of your own found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Found {
    at: At,
    part: Part,
    message: String,
    help: Option<String>,
}

impl Found {
    /// Something at a place: what is wrong there, in one line.
    pub fn new(at: At, part: Part, message: impl Into<String>) -> Found {
        Found {
            at,
            part,
            message: message.into(),
            help: None,
        }
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Found {
        self.help = Some(help.into());
        self
    }
}

impl Checker {
    /// The rules that are on by default, for a build without arguments.
    pub fn new() -> Checker {
        Checker::default()
    }

    /// The build that the file is checked for.
    #[must_use]
    pub fn build(mut self, build: Build) -> Checker {
        self.build = build;
        self
    }

    /// The `.dockerignore` of the build context, which `ignored-copy-source` looks at.
    #[must_use]
    pub fn ignore(mut self, ignore: IgnoreFile) -> Checker {
        self.ignore = Some(ignore);
        self
    }

    /// Switches a group of rules on.
    #[must_use]
    pub fn group(mut self, group: Group) -> Checker {
        self.groups.insert(group);
        self
    }

    /// Sets a rule aside, by its id; one about what Docker refuses stays.
    #[must_use]
    pub fn allow(mut self, rule: impl AsRef<str>) -> Checker {
        self.allowed.insert(rule.as_ref().into());
        self
    }

    /// Changes how bad a rule is, by its id. What `render` refuses stays an error.
    #[must_use]
    pub fn severity(mut self, rule: impl AsRef<str>, severity: Severity) -> Checker {
        self.severities.insert(rule.as_ref().into(), severity);
        self
    }

    /// The build argument `BUILDKIT_DOCKERFILE_CHECK`: options in place of the directive `# check=` of the file.
    #[must_use]
    pub fn checks(mut self, checks: Checks) -> Checker {
        self.checks = Some(checks);
        self
    }

    /// Adds a rule of your own: a function of the file as it is written and of what it comes to.
    ///
    /// ```
    /// use multistage::{layout::{At, Part}, check::{Checker, Found, Rule}, Dockerfile, Severity};
    ///
    /// static ROOT_IMAGE: Rule = Rule::new("foreign-registry", Severity::Warning, "an image that is not ours");
    ///
    /// let checker = Checker::new().rule(&ROOT_IMAGE, |_, resolved| {
    ///     let foreign = resolved.stages().iter().filter(|stage| {
    ///         resolved.images(stage.index()).iter().any(|image| !image.starts_with("registry.example.com/"))
    ///     });
    ///     foreign.map(|stage| Found::new(At::From(stage.index()), Part::Base, "take the image from our registry")).collect()
    /// });
    /// let file = Dockerfile::parse("FROM alpine\n")?;
    /// assert_eq!(file.check_with(&checker).to_string(), "\
    /// warning[foreign-registry]: take the image from our registry
    ///  --> Dockerfile:1:6
    ///   |
    /// 1 | FROM alpine
    ///   |      ^^^^^^
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    #[must_use]
    pub fn rule(
        mut self,
        rule: &'static Rule,
        check: impl Fn(&Dockerfile, &Resolved) -> Vec<Found> + Send + Sync + 'static,
    ) -> Checker {
        self.own.push((rule, Box::new(check)));
        self
    }

    pub(crate) fn settings(&self) -> &Build {
        &self.build
    }

    pub(crate) fn ignore_file(&self) -> Option<&IgnoreFile> {
        self.ignore.as_ref()
    }

    /// Whether a rule is asked for at all.
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

    /// Whether a group was asked for.
    pub(crate) fn has_group(&self, group: Group) -> bool {
        self.groups.contains(&group)
    }

    fn is_allowed(&self, rule: &Rule, file: &Dockerfile) -> bool {
        let allowed = self.allowed.contains(rule.id) || file.beside.allowed.contains(rule.id);
        rule.can_be_allowed && allowed
    }

    pub(super) fn own_rules(&self, checking: &Checking<'_>, findings: &mut Findings) {
        for (rule, check) in &self.own {
            if !self.looks_for(rule, checking.context.file) {
                continue;
            }
            for found in check(checking.context.file, checking.resolved) {
                let mut finding = Finding::new(rule, found.message).at(found.at, found.part, "");
                finding.help = found.help;
                findings.add(finding);
            }
        }
    }

    /// Whether what was found is told, after the options of the file and of the instruction.
    pub(super) fn keeps(&self, finding: &Finding, checking: &Checking<'_>) -> bool {
        let file = checking.context.file;
        let rule = finding.rule;
        if self.is_allowed(rule, file) {
            return false;
        }
        let whole = self.checks.as_ref().or(file.checks.as_ref());
        // Some are told of the file before its comments are looked at.
        let single = (rule.level != Level::File)
            .then(|| finding.checks(file))
            .flatten();
        let mut options = whole.into_iter().chain(single);
        if rule.group == Group::Experimental {
            let named = |checks: &Checks| {
                checks
                    .experimental_rules()
                    .any(|name| name == "all" || rule.is_called(name))
            };
            return self.groups.contains(&Group::Experimental) || options.any(named);
        }
        let skipped = |checks: &Checks| {
            let all = rule.buildkit_name().is_some() && checks.skipped().any(|name| name == "all");
            all || checks.skipped().any(|name| rule.is_called(name))
        };
        finding.severity == Severity::Error || !options.any(skipped)
    }

    pub(super) fn severity_of(&self, finding: &Finding, file: &Dockerfile) -> Severity {
        let set = self.severities.get(finding.rule.id).copied();
        if let Some(severity) = set.filter(|_| finding.rule.can_be_allowed) {
            return severity;
        }
        let checks = self.checks.as_ref().or(file.checks.as_ref());
        let strict = checks.and_then(Checks::is_error).unwrap_or(false);
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

impl Finding {
    /// The options of the comments above the instruction that this is about: the first ones count.
    fn checks<'f>(&self, file: &'f Dockerfile) -> Option<&'f Checks> {
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
            .field("ignore", &self.ignore)
            .field("groups", &self.groups)
            .field("allowed", &self.allowed)
            .field("severities", &self.severities)
            .field("checks", &self.checks)
            .field("own", &own)
            .finish()
    }
}
