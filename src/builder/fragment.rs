//! `Fragment`: instructions under a name, to be added to stages; scopes in which every RUN has the
//! same mounts.

use std::borrow::Borrow;
use std::sync::Arc;

use crate::instruction::{Instruction, Mount, Run};
use crate::model::{Dockerfile, Stage, Step, declare};
use crate::syntax::Comment;

/// Instructions under a name: a value that can be added to many stages.
///
/// A function from [`Stage`] to `Stage` is a fragment too, see [`Stage::apply`]. The name is what
/// this adds: reports say which fragment an instruction came from, and so does the Dockerfile if it
/// is asked to, see [`Dockerfile::comment_fragments`]. What varies is a parameter of the function
/// that makes it:
///
/// ```
/// use multistage::{Dockerfile, Fragment, Stage};
///
/// fn non_root(user: &str) -> Fragment {
///     Fragment::new("non-root", |stage| stage.run(format!("adduser -D {user}")).user(user))
/// }
///
/// let mut file = Dockerfile::new();
/// file.stage("api", Stage::new("alpine").fragment(non_root("api")).cmd(["/api"]));
/// file.stage("web", Stage::new("alpine").fragment(non_root("web")).cmd(["/web"]));
/// assert_eq!(file.render()?, "\
/// FROM alpine AS api
/// RUN adduser -D api
/// USER api
/// CMD [\"/api\"]
///
/// FROM alpine AS web
/// RUN adduser -D web
/// USER web
/// CMD [\"/web\"]
/// ");
/// # Ok::<(), multistage::Report>(())
/// ```
///
/// What spans several stages is a function that takes the [`Dockerfile`] and returns the handles of
/// its stages.
#[must_use = "a fragment does nothing until it is added to a `Stage`"]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fragment {
    name: Arc<str>,
    steps: Vec<Step>,
    /// Comments after the last step.
    pending: Vec<Comment>,
    /// `true` if a blank line precedes what comes after the last step.
    pending_blank_line: bool,
}

impl Fragment {
    /// Creates a fragment: the instructions that a function adds to a stage, under a name.
    ///
    /// The function is called once, with an empty stage. Only the instructions and their comments
    /// are kept: a platform, a description or a header that it sets is dropped.
    ///
    /// ```
    /// use multistage::Fragment;
    ///
    /// let certificates = Fragment::new("certificates", |stage| stage
    ///     .run("apk add ca-certificates")
    ///     .env("SSL_CERT_DIR", "/etc/ssl/certs"));
    /// assert_eq!(certificates.name(), "certificates");
    /// assert_eq!(certificates.steps().len(), 2);
    /// ```
    pub fn new(name: impl AsRef<str>, content: impl FnOnce(Stage) -> Stage) -> Fragment {
        let mut stage = content(Stage::new("scratch"));
        Fragment {
            name: name.as_ref().into(),
            pending: stage.take_pending(),
            steps: stage.steps,
            pending_blank_line: stage.notes.pending.blank_line,
        }
    }

    /// Returns the name, which reports and [`Dockerfile::comment_fragments`] show.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the instructions, in order. An ARG that an instruction declared by itself is one of
    /// them.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl Stage {
    /// Adds the instructions of a [`Fragment`].
    ///
    /// An `ARG` without a default that the stage has declared already is left out.
    ///
    /// ```
    /// # #[cfg(feature = "check")] {
    /// # use multistage::{Dockerfile, Fragment, Stage};
    /// let shell = Fragment::new("shell", |stage| stage.run("apk add bash").shell(["bash", "-c"]));
    ///
    /// # let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").fragment(&shell).workdir("a\nb"));
    /// file.push(Stage::new("alpine").fragment(Fragment::new("broken", |stage| stage
    ///     .user("a\nb"))));
    /// let report = file.check().without_origins().to_string();
    /// assert!(!report.contains("`shell`"));
    /// assert!(report.ends_with(" = added by the fragment `broken`\n"));
    /// # }
    /// ```
    pub fn fragment(mut self, fragment: impl Borrow<Fragment>) -> Stage {
        let Fragment {
            name,
            steps,
            pending,
            pending_blank_line,
        } = fragment.borrow();
        let before = self.steps.len();
        for step in steps {
            let above = self.steps.get(..before).unwrap_or_default();
            if !have_declared(above, step) {
                let mut step = step.clone();
                step.add_fragment(name);
                self.add_step(step);
            }
        }
        if *pending_blank_line {
            self = self.blank_line();
        }
        if !pending.is_empty() {
            self.notes.pending.comments.extend(pending.iter().cloned());
        }
        self
    }

    /// Gives every RUN that a function adds the same mounts, in front of its own.
    ///
    /// A RUN that mounts something else on the same target keeps its own. Scopes nest: the mounts
    /// of the outer one come first. An ONBUILD runs in another build, and gets none.
    ///
    /// ```
    /// # use multistage::{Dockerfile, Stage, instruction::{Mount, Run}};
    /// # let mut file = Dockerfile::new();
    /// let cargo = [Mount::cache("/usr/local/cargo/registry"), Mount::cache("/src/target")];
    /// file.push(Stage::new("rust:1.85").workdir("/src").with_mounts(cargo, |stage| stage
    ///     .run("cargo fetch")
    ///     .run(Run::new("cargo build").mount(Mount::bind(".")))));
    /// assert_eq!(file.render()?, "\
    /// FROM rust:1.85
    /// WORKDIR /src
    /// RUN --mount=type=cache,target=/usr/local/cargo/registry \\
    ///     --mount=type=cache,target=/src/target \\
    ///     cargo fetch
    /// RUN --mount=type=cache,target=/usr/local/cargo/registry \\
    ///     --mount=type=cache,target=/src/target \\
    ///     --mount=type=bind,target=. \\
    ///     cargo build
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#run---mount)
    pub fn with_mounts<M: Into<Mount>>(
        self,
        mounts: impl IntoIterator<Item = M>,
        scope: impl FnOnce(Stage) -> Stage,
    ) -> Stage {
        let mounts: Vec<Mount> = mounts.into_iter().map(Into::into).collect();
        let before = self.steps.len();
        let mut stage = scope(self);
        let added = stage.steps.split_off(before.min(stage.steps.len()));
        stage.declared.forget();
        // What waits for the next instruction is not for these.
        let blank_line = stage.take_pending_blank_line();
        let pending = stage.take_pending();
        for mut step in added {
            if let Instruction::Run(run) = step.instruction_mut() {
                let before = run.breaks_above();
                mount_first(run, &mounts);
                let after = run.breaks_above();
                step.move_inner_comments(before, after);
            }
            stage.put(step);
        }
        if blank_line || !pending.is_empty() {
            stage.notes.pending.blank_line = blank_line;
            stage.notes.pending.comments = pending;
        }
        stage
    }
}

/// Returns `true` if a step declares nothing but arguments that the steps above it have declared.
fn have_declared(above: &[Step], step: &Step) -> bool {
    let Instruction::Arg(arg) = step.instruction() else {
        return false;
    };
    step.comments().is_empty()
        && arg.declarations().iter().all(|declared| {
            declared.default().is_none()
                && declared.description().is_none()
                && declare(above, declared.name().as_str())
        })
}

/// Puts mounts in front of those of a RUN, but for those whose place is taken.
fn mount_first(run: &mut Run, mounts: &[Mount]) {
    let is_taken = |mount: &&Mount| {
        run.mounts.iter().any(|own| {
            own == *mount
                || (own.target_path().is_some() && own.target_path() == mount.target_path())
        })
    };
    let mut all: Vec<Mount> = mounts
        .iter()
        .filter(|mount| !is_taken(mount))
        .cloned()
        .collect();
    if !all.is_empty() {
        all.append(&mut run.mounts);
        run.mounts = all;
    }
}

impl Dockerfile {
    /// Says in comments which [`Fragment`] wrote the lines that follow.
    ///
    /// `# fragment NAME` is above the first of its instructions, and `# end of fragment NAME` where
    /// the stage continues without it. A fragment inside of another has both names, with a `/`
    /// between them.
    ///
    /// ```
    /// use multistage::{Dockerfile, Fragment, Stage};
    ///
    /// let non_root = Fragment::new("non-root", |stage| stage.run("adduser -D app").user("app"));
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").workdir("/app").fragment(&non_root).cmd(["./run"]));
    /// file.comment_fragments();
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// WORKDIR /app
    /// ## fragment non-root
    /// RUN adduser -D app
    /// USER app
    /// ## end of fragment non-root
    /// CMD [\"./run\"]
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn comment_fragments(&mut self) -> &mut Dockerfile {
        for stage in &mut self.stages {
            let mut last: Option<String> = None;
            for step in &mut stage.steps {
                let next = step.fragment().map(str::to_owned);
                let comment = match (&last, &next) {
                    (last, next) if last == next => None,
                    (_, Some(name)) => Some(format!("fragment {name}")),
                    (last, None) => last.as_ref().map(|name| format!("end of fragment {name}")),
                };
                if let Some(comment) = comment {
                    step.put_comment_first(&comment);
                }
                last = next;
            }
        }
        self
    }
}
