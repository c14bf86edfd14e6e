//! The walk over a file that finds what it uses.

use super::{
    ADD_CHOWN_VARIABLE, ADD_GIT, ADD_GIT_SSH, CACHE_PRIVATE, CACHE_SHARING, CHECK_DIRECTIVE,
    CHECKSUM, CHMOD, CHMOD_VARIABLE, COPY_CHOWN_VARIABLE, DATE_ARG, DATE_OF_SOURCE, DEVICE,
    ERROR_OPERATORS, EXCLUDE, EXPERIMENTAL_CHECKS, FROM_PLATFORM, Feature, FeatureUse,
    GIT_CHECKSUM, GIT_FETCH_BY_COMMIT, GIT_MTIME, GIT_QUERY, HEALTHCHECK_ZERO, HEREDOC,
    INSTRUCTION_CHECK, KEEP_GIT_DIR, LINK, MOUNT, MOUNT_ACCESS, MOUNT_SIZE, MOUNT_VARIABLE,
    MOUNT_WITHOUT_TARGET, NAMED_CONTEXT, NETWORK, OS_VERSION, OS_VERSION_ARGS, PARENTS,
    PATTERN_OPERATORS, PLATFORM_ARGS, PLATFORM_DEFAULT, RUN_HEREDOC, SBOM_SCAN, SECRET_ENV,
    SECURITY, SEVERAL_ARGS, START_INTERVAL, SYMBOLIC_CHMOD, TARGETSTAGE, TRIGGER_FROM, UNPACK,
    UNSET_OPERATORS,
};
use crate::edges::sources;
use crate::instruction::{
    Add, Arg, Chmod, Command, Copy, CopySource, Healthcheck, Instruction, Mount, MountKind, Run,
    Sharing, Sources, is_remote,
};
use crate::model::{Dockerfile, Stage};
use crate::reference::{SOURCE_DATE_EPOCH, Source, args};
use crate::syntax::{At, CheckDirective, Comment, Part};
use crate::text::{Operator, Text};

pub(super) fn features(file: &Dockerfile) -> Vec<FeatureUse> {
    let mut find = Find {
        file,
        found: Vec::new(),
        at: At::File,
    };
    if let Some(checks) = &file.checks {
        find.checks(checks, &CHECK_DIRECTIVE, Part::Directive("check"));
    }
    for (n, step) in file.args.iter().enumerate() {
        find.at = At::Arg(n);
        find.global(step.instruction());
    }
    for (n, stage) in file.stages.iter().enumerate() {
        find.at = At::From(n);
        find.stage(stage);
        for (step, item) in stage.steps.iter().enumerate() {
            find.at = At::Step { stage: n, step };
            find.comments(item.comments());
            find.instruction(item.instruction());
        }
    }
    find.found
}

struct Find<'m> {
    file: &'m Dockerfile,
    found: Vec<FeatureUse>,
    at: At,
}

impl<'m> Find<'m> {
    fn add(&mut self, feature: &'static Feature, part: Part) {
        let at = self.at;
        let used = FeatureUse { feature, at, part };
        if self.found.last() != Some(&used) {
            self.found.push(used);
        }
    }

    fn add_if(&mut self, used: bool, feature: &'static Feature, part: Part) {
        if used {
            self.add(feature, part);
        }
    }

    fn checks(&mut self, checks: &CheckDirective, feature: &'static Feature, part: Part) {
        self.add(feature, part);
        let experimental = checks.experimental_rules().next().is_some();
        self.add_if(experimental, &EXPERIMENTAL_CHECKS, part);
    }

    fn comments(&mut self, comments: &[Comment]) {
        for (n, comment) in comments.iter().enumerate() {
            if let Some(checks) = comment.as_check() {
                self.checks(checks, &INSTRUCTION_CHECK, Part::Comment(n));
            }
        }
    }

    fn global(&mut self, arg: &'m Arg) {
        self.arg(arg);
        for (n, declaration) in arg.declarations().iter().enumerate() {
            let Some(default) = declaration.default() else {
                continue;
            };
            self.text(default, Part::Value(n));
            if declaration.name().as_str() == SOURCE_DATE_EPOCH {
                let seconds = |text: &str| text.is_empty() || text.parse::<i64>().is_ok();
                let feature = match default.as_literal() {
                    Some(text) if !seconds(text) => &DATE_OF_SOURCE,
                    _ => &DATE_ARG,
                };
                self.add(feature, Part::Value(n));
            }
        }
    }

    fn arg(&mut self, arg: &'m Arg) {
        let declarations = arg.declarations();
        self.add_if(declarations.len() > 1, &SEVERAL_ARGS, Part::Key(1));
        for (n, declaration) in declarations.iter().enumerate() {
            let name = declaration.name().as_str();
            self.variable(name, Part::Key(n));
            let fixed = declaration.default().is_some()
                && matches!(name, "BUILDPLATFORM" | "TARGETPLATFORM");
            self.add_if(fixed, &PLATFORM_DEFAULT, Part::Value(n));
        }
    }

    fn stage(&mut self, stage: &'m Stage) {
        self.comments(stage.comments());
        if let Some(platform) = &stage.from.platform {
            self.add(&FROM_PLATFORM, Part::Flag("platform", 0));
            let part = Part::FlagValue("platform", 0);
            self.text(platform.text(), part);
            let version = platform.as_literal().is_some_and(|text| text.contains('('));
            self.add_if(version, &OS_VERSION, part);
        }
        if let Source::Image(image) = &stage.from.base {
            self.text(image.text(), Part::Base);
        }
        self.source(&stage.from.base, Part::Base);
    }

    /// Notes a source that stands for a named context: a context, or an image that a declared one
    /// replaces.
    fn source(&mut self, source: &Source, part: Part) {
        let context = match source {
            Source::Context(_) => true,
            Source::Image(image) => self.file.beside.context_of(image).is_some(),
            Source::Stage(_) | Source::Index(_) => false,
        };
        self.add_if(context, &NAMED_CONTEXT, part);
    }

    fn instruction(&mut self, instruction: &'m Instruction) {
        let trigger = match instruction {
            Instruction::Onbuild(onbuild) => onbuild.instruction(),
            _ => None,
        };
        let inner = trigger.unwrap_or(instruction);
        match inner {
            Instruction::Add(add) => self.add_instruction(add),
            Instruction::Copy(copy) => self.copy(copy),
            Instruction::Run(run) => self.run(run),
            Instruction::Arg(arg) => self.arg(arg),
            Instruction::Healthcheck(check) => self.healthcheck(check),
            _ => {}
        }
        for (part, _, source) in sources(inner) {
            self.add_if(trigger.is_some(), &TRIGGER_FROM, part);
            self.source(source, part);
        }
        inner.each_text(&mut |part, text| self.text(text, part));
    }

    fn healthcheck(&mut self, check: &Healthcheck) {
        let part = Part::Flag("start-interval", 0);
        self.add_if(check.start_interval.is_some(), &START_INTERVAL, part);
        for (name, duration) in [
            ("interval", check.interval),
            ("timeout", check.timeout),
            ("start-period", check.start_period),
            ("start-interval", check.start_interval),
        ] {
            let zero = duration.is_some_and(|duration| duration.duration().is_zero());
            self.add_if(zero, &HEALTHCHECK_ZERO, Part::Flag(name, 0));
        }
        let zero = check.retries.is_some_and(|retries| retries.get() == 0);
        self.add_if(zero, &HEALTHCHECK_ZERO, Part::Flag("retries", 0));
    }

    fn copy(&mut self, copy: &'m Copy) {
        let chown = copy.chown.as_ref().map(|owner| owner.text());
        self.add_if(
            chown.is_some_and(is_expression),
            &COPY_CHOWN_VARIABLE,
            Part::FlagValue("chown", 0),
        );
        self.chmod(copy.chmod.as_ref());
        self.add_if(copy.link, &LINK, Part::Flag("link", 0));
        self.add_if(copy.parents, &PARENTS, Part::Flag("parents", 0));
        self.add_if(!copy.exclude.is_empty(), &EXCLUDE, Part::Flag("exclude", 0));
        self.inline_files(&copy.sources);
    }

    fn add_instruction(&mut self, add: &'m Add) {
        let mut repository = add.sources.as_slice().iter().enumerate();
        let repository = repository.find_map(|(n, source)| match source {
            CopySource::Path(path) => Some((n, path.as_literal().filter(|path| is_git(path))?)),
            CopySource::Inline(_) => None,
        });
        let checksum = match repository {
            Some(_) => &GIT_CHECKSUM,
            None => &CHECKSUM,
        };
        self.add_if(add.checksum.is_some(), checksum, Part::Flag("checksum", 0));
        let chown = add.chown.as_ref().map(|owner| owner.text());
        self.add_if(
            chown.is_some_and(is_expression),
            &ADD_CHOWN_VARIABLE,
            Part::FlagValue("chown", 0),
        );
        self.chmod(add.chmod.as_ref());
        self.add_if(add.link, &LINK, Part::Flag("link", 0));
        self.add_if(
            add.keep_git_dir.is_some(),
            &KEEP_GIT_DIR,
            Part::Flag("keep-git-dir", 0),
        );
        self.add_if(add.unpack.is_some(), &UNPACK, Part::Flag("unpack", 0));
        self.add_if(!add.exclude.is_empty(), &EXCLUDE, Part::Flag("exclude", 0));
        if let Some((n, path)) = repository {
            let part = Part::Argument(n);
            let before = path.split('#').next().unwrap_or_default();
            let feature = match before.split_once('?') {
                None if path.starts_with("http") => &ADD_GIT,
                None => &ADD_GIT_SSH,
                Some((_, query)) => {
                    let has = |key: &str| {
                        query
                            .split('&')
                            .any(|option| option.split('=').next() == Some(key))
                    };
                    if has("fetch-by-commit") {
                        &GIT_FETCH_BY_COMMIT
                    } else if has("mtime") {
                        &GIT_MTIME
                    } else {
                        &GIT_QUERY
                    }
                }
            };
            self.add(feature, part);
        }
        self.inline_files(&add.sources);
    }

    fn chmod(&mut self, chmod: Option<&Chmod>) {
        let Some(chmod) = chmod else {
            return;
        };
        let feature = match chmod.as_literal() {
            Some(mode) if mode.bytes().all(|b| b.is_ascii_digit()) => &CHMOD,
            Some(_) => &SYMBOLIC_CHMOD,
            None => &CHMOD_VARIABLE,
        };
        self.add(feature, Part::FlagValue("chmod", 0));
    }

    fn inline_files(&mut self, sources: &Sources) {
        let inline = |source: &CopySource| matches!(source, CopySource::Inline(_));
        if let Some(n) = sources.as_slice().iter().position(inline) {
            self.add(&HEREDOC, Part::Argument(n));
        }
    }

    fn run(&mut self, run: &'m Run) {
        self.add_if(run.network.is_some(), &NETWORK, Part::Flag("network", 0));
        self.add_if(run.security.is_some(), &SECURITY, Part::Flag("security", 0));
        self.add_if(!run.devices.is_empty(), &DEVICE, Part::Flag("device", 0));
        for (n, mount) in run.mounts.iter().enumerate() {
            self.mount(mount, n);
        }
        let heredoc = match &run.command {
            Command::Script(_) => true,
            Command::Shell(shell) => shell.heredocs().next().is_some(),
            Command::Exec(_) => false,
        };
        self.add_if(heredoc, &RUN_HEREDOC, Part::Command);
    }

    fn mount(&mut self, mount: &Mount, n: usize) {
        self.add(&MOUNT, Part::Flag("mount", n));
        let Some(fields) = mount.options() else {
            return;
        };
        let given = matches!(fields.kind, MountKind::Secret | MountKind::Ssh);
        let nowhere = !given && fields.target.is_none();
        self.add_if(nowhere, &MOUNT_WITHOUT_TARGET, Part::Flag("mount", n));
        let access = match fields.kind {
            MountKind::Tmpfs => fields.is_readwrite(),
            _ => given && fields.access.is_some(),
        };
        self.add_if(access, &MOUNT_ACCESS, Part::Flag("mount", n));
        let part = Part::MountValue("sharing", n);
        self.add_if(fields.sharing.is_some(), &CACHE_SHARING, part);
        let private = fields.sharing == Some(Sharing::Private);
        self.add_if(private, &CACHE_PRIVATE, part);
        let size = fields.size.is_some();
        self.add_if(size, &MOUNT_SIZE, Part::MountValue("size", n));
        let env = fields.kind == MountKind::Secret && fields.env.is_some();
        self.add_if(env, &SECRET_ENV, Part::MountValue("env", n));
    }

    /// The variables of a text that Docker expands.
    fn text(&mut self, text: &Text, part: Part) {
        let in_mount = matches!(part, Part::MountValue(..));
        self.add_if(in_mount && is_expression(text), &MOUNT_VARIABLE, part);
        for variable in text.variables() {
            self.variable(variable.name(), part);
            let feature = match variable.modifier().map(|modifier| modifier.operator) {
                None | Some(Operator::DefaultIfEmpty | Operator::AlternativeIfFilled) => continue,
                Some(Operator::Error | Operator::ErrorIfEmpty) => &ERROR_OPERATORS,
                Some(Operator::Default | Operator::Alternative) => &UNSET_OPERATORS,
                Some(
                    Operator::RemovePrefix
                    | Operator::RemoveLongestPrefix
                    | Operator::RemoveSuffix
                    | Operator::RemoveLongestSuffix
                    | Operator::Replace
                    | Operator::ReplaceAll,
                ) => &PATTERN_OPERATORS,
            };
            self.add(feature, part);
        }
    }

    /// A variable that the frontend gives its value.
    fn variable(&mut self, name: &str, part: Part) {
        let feature = match name {
            "TARGETOSVERSION" | "BUILDOSVERSION" => &OS_VERSION_ARGS,
            "TARGETSTAGE" => &TARGETSTAGE,
            "BUILDKIT_SBOM_SCAN_CONTEXT" | "BUILDKIT_SBOM_SCAN_STAGE" => &SBOM_SCAN,
            _ if args::NAMES.contains(&name) => &PLATFORM_ARGS,
            _ => return,
        };
        self.add(feature, part);
    }
}

fn is_expression(text: &Text) -> bool {
    text.as_literal().is_none()
}

/// Returns `true` if ADD takes a source for a git repository.
fn is_git(path: &str) -> bool {
    let place = path.split(['#', '?']).next().unwrap_or_default();
    let web = path.starts_with("http://") || path.starts_with("https://");
    if web {
        place.ends_with(".git")
    } else {
        is_remote(path)
    }
}
