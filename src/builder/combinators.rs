//! Loops and conditions in a chain of methods.

use super::{Fragment, Packages, Stage};
use crate::instruction::{Add, Arg, Command, Copy, Env, Healthcheck, Label, Mount, Run, ShellText};
use crate::model::Dockerfile;

/// The same methods for each type that is built by a chain. They are nothing but calls.
macro_rules! combinators {
    ($($(#[doc = $example:literal])+ $name:ident;)*) => {$(
        impl $name {
            /// Changes it by a function if the condition holds.
            ///
            /// See [`each`](Self::each) for an example.
            #[must_use = "the changed value is returned"]
            pub fn when(self, condition: bool, change: impl FnOnce($name) -> $name) -> $name {
                if condition { change(self) } else { self }
            }

            /// Changes it by a function that also gets the value, if there is one.
            ///
            /// See [`each`](Self::each) for an example.
            #[must_use = "the changed value is returned"]
            pub fn when_some<T>(
                self,
                value: Option<T>,
                change: impl FnOnce($name, T) -> $name,
            ) -> $name {
                match value {
                    Some(value) => change(self, value),
                    None => self,
                }
            }

            /// Changes it by a function for each item, in order.
            ///
            /// ```
            $(#[doc = $example])+
            /// ```
            #[must_use = "the changed value is returned"]
            pub fn each<T>(
                mut self,
                items: impl IntoIterator<Item = T>,
                mut change: impl FnMut($name, T) -> $name,
            ) -> $name {
                for item in items {
                    self = change(self, item);
                }
                self
            }
        }
    )*};
}
#[cfg(any(feature = "compose", feature = "check"))]
pub(crate) use combinators;

combinators! {
    #[doc = "use multistage::{Dockerfile, Stage};"]
    #[doc = ""]
    #[doc = "let (debug, port) = (true, Some(8080));"]
    #[doc = "let stage = Stage::new(\"alpine\")"]
    #[doc = "    .each([(\"A\", \"1\"), (\"B\", \"2\")], |stage, (key, value)| stage.env(key, value))"]
    #[doc = "    .when(debug, |stage| stage.env(\"RUST_LOG\", \"debug\"))"]
    #[doc = "    .when_some(port, |stage, port: u16| stage.expose(port));"]
    #[doc = "let mut file = Dockerfile::new();"]
    #[doc = "file.push(stage);"]
    #[doc = "assert_eq!(file.render()?, \"FROM alpine\\nENV A=1\\nENV B=2\\nENV RUST_LOG=debug\\nEXPOSE 8080\\n\");"]
    #[doc = "# Ok::<(), multistage::Report>(())"]
    Stage;

    #[doc = "use multistage::{Fragment, Stage};"]
    #[doc = ""]
    #[doc = "let tools = [\"git\", \"curl\"].into_iter().map(|tool| Fragment::new(tool, |stage| stage.run(tool)));"]
    #[doc = "let all = Fragment::new(\"tools\", |stage| stage.user(\"root\"))"]
    #[doc = "    .each(tools, |all, tool| Fragment::new(all.name(), |stage| stage.fragment(&all).fragment(tool)));"]
    #[doc = "assert_eq!(all.steps().len(), 3);"]
    Fragment;

    #[doc = "use multistage::instruction::{Mount, Network, Run};"]
    #[doc = ""]
    #[doc = "let offline = true;"]
    #[doc = "let run = Run::new(\"make\")"]
    #[doc = "    .each([\"/ccache\", \"/go\"], |run, cache| run.mount(Mount::cache(cache)))"]
    #[doc = "    .when(offline, |run| run.network(Network::None));"]
    #[doc = "assert_eq!(run.mounts.len(), 2);"]
    #[doc = "assert_eq!(run.network, Some(Network::None));"]
    Run;

    #[doc = "use multistage::instruction::Copy;"]
    #[doc = ""]
    #[doc = "let owner = Some(\"app\");"]
    #[doc = "let copy = Copy::new(\".\", \".\")"]
    #[doc = "    .each([\"*.md\", \".git\"], |copy, pattern| copy.exclude(pattern))"]
    #[doc = "    .when_some(owner, |copy, owner| copy.chown(owner));"]
    #[doc = "assert_eq!(copy.exclude.len(), 2);"]
    Copy;

    #[doc = "use multistage::instruction::Add;"]
    #[doc = ""]
    #[doc = "let sum = Some(\"sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d\");"]
    #[doc = "let add = Add::new(\"https://example.com/a.tar\", \"/\").when_some(sum, |add, sum| add.checksum(sum));"]
    #[doc = "assert!(add.checksum.is_some());"]
    #[doc = "assert_eq!(add.clone().each([\"*.md\"], |add, pattern| add.exclude(pattern)).exclude.len(), 1);"]
    Add;

    #[doc = "use multistage::instruction::{Mount, Run};"]
    #[doc = ""]
    #[doc = "let source: Option<&str> = Some(\"src\");"]
    #[doc = "let mount = Mount::bind(\"/src\").when_some(source, |mount, source| mount.source(source)).when(true, Mount::readonly);"]
    #[doc = "assert_eq!(mount.clone(), mount.each([\"/src\"; 0], |mount, target| mount.source(target)));"]
    Mount;

    #[doc = "use multistage::instruction::Healthcheck;"]
    #[doc = ""]
    #[doc = "let retries = Some(3);"]
    #[doc = "let check = Healthcheck::new(\"curl -f localhost\").when_some(retries, |check, retries| check.retries(retries));"]
    #[doc = "assert_eq!(check.clone().each([5], |check, retries| check.retries(retries)), check.retries(5));"]
    Healthcheck;

    #[doc = "use multistage::instruction::Command;"]
    #[doc = ""]
    #[doc = "let steps = [\"make\", \"make install\"];"]
    #[doc = "let command = Command::chain([\"./configure\"]).each(steps, |command, step| command.and(step));"]
    #[doc = "assert_eq!(command, Command::chain([\"./configure\", \"make\", \"make install\"]));"]
    Command;

    #[doc = "use multistage::instruction::{ShellText, words};"]
    #[doc = ""]
    #[doc = "let pairs = [(\"A\", \"x y\"), (\"B\", \"z\")];"]
    #[doc = "let text = ShellText::new(\"env\")"]
    #[doc = "    .each(pairs, |text, (key, value)| text + format!(\" {key}=\") + words([value]))"]
    #[doc = "    + \" make\";"]
    #[doc = "assert_eq!(text, ShellText::new(\"env A='x y' B=z make\"));"]
    ShellText;

    #[doc = "use multistage::instruction::Arg;"]
    #[doc = ""]
    #[doc = "let default = Some(\"dev\");"]
    #[doc = "let arg = Arg::new(\"VERSION\").when_some(default, |arg, default| arg.default(default));"]
    #[doc = "assert_eq!(arg, Arg::from((\"VERSION\", \"dev\")).each([\"\"; 0], |arg, text| arg.describe(text)));"]
    Arg;

    #[doc = "use multistage::instruction::Env;"]
    #[doc = ""]
    #[doc = "let env = Env::new(\"A\", \"1\").each([(\"B\", \"2\")], |env, (key, value)| env.and(key, value));"]
    #[doc = "assert_eq!(env, Env::from([(\"A\", \"1\"), (\"B\", \"2\")]));"]
    Env;

    #[doc = "use multistage::instruction::Label;"]
    #[doc = ""]
    #[doc = "let label = Label::new(\"a\", \"1\").each([(\"b\", \"2\")], |label, (key, value)| label.and(key, value));"]
    #[doc = "assert_eq!(label, Label::from([(\"a\", \"1\"), (\"b\", \"2\")]));"]
    Label;

    #[doc = "use multistage::Packages;"]
    #[doc = ""]
    #[doc = "let versions = [(\"curl\", \"8.5.0-2\")];"]
    #[doc = "let packages = Packages::apt([\"git\"])"]
    #[doc = "    .each(versions, |packages, (name, version)| packages.version(name, version))"]
    #[doc = "    .when(true, Packages::cached);"]
    #[doc = "assert_eq!(packages.names().collect::<Vec<_>>(), [\"curl=8.5.0-2\", \"git\"]);"]
    Packages;
}

impl Dockerfile {
    /// Changes the file by a function if the condition holds.
    ///
    /// See [`each`](Dockerfile::each) for an example.
    pub fn when(
        &mut self,
        condition: bool,
        change: impl FnOnce(&mut Dockerfile),
    ) -> &mut Dockerfile {
        if condition {
            change(self);
        }
        self
    }

    /// Changes the file by a function that also gets the value, if there is one.
    ///
    /// See [`each`](Dockerfile::each) for an example.
    pub fn when_some<T>(
        &mut self,
        value: Option<T>,
        change: impl FnOnce(&mut Dockerfile, T),
    ) -> &mut Dockerfile {
        if let Some(value) = value {
            change(self, value);
        }
        self
    }

    /// Changes the file by a function for each item, in order.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let header = Some("Generated. Do not edit.");
    /// let mut file = Dockerfile::new();
    /// file.when_some(header, |file, header| {
    ///     file.header(header);
    /// });
    /// file.each(["3.21", "3.22"], |file, version| {
    ///     file.push(Stage::new(format!("alpine:{version}")));
    /// });
    /// assert_eq!(file.render()?, "\
    /// ## Generated. Do not edit.
    ///
    /// FROM alpine:3.21
    ///
    /// FROM alpine:3.22
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn each<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut change: impl FnMut(&mut Dockerfile, T),
    ) -> &mut Dockerfile {
        for item in items {
            change(self, item);
        }
        self
    }
}
