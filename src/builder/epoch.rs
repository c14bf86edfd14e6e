//! `ARG SOURCE_DATE_EPOCH`: the date that the image gets.

use crate::instruction::Arg;
use crate::model::Dockerfile;
use crate::reference::{ArgName, EpochSource, SOURCE_DATE_EPOCH};
use crate::text::literal;

impl Dockerfile {
    /// `ARG SOURCE_DATE_EPOCH=<source>`: the date of the image and of the files in it, and returns
    /// its handle.
    ///
    /// The source is a timestamp, the build context, a named context, or a stage that starts from
    /// `scratch` and has one ADD from a URL or a git repository, which BuildKit asks for the date
    /// without building it. A declaration that is there already gets the new value. A build
    /// argument takes precedence. It needs [frontend 1.23](crate::frontend::features), for a stage
    /// or a context 1.24.
    ///
    /// A stage that the file does not have is reported as `unknown-stage` when the file is
    /// rendered, a stage of another form as `invalid-epoch-stage`.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// let source = file.stage("source", Stage::new("scratch")
    ///     .add("https://github.com/acme/app.git", "/"));
    /// file.source_date_epoch(&source);
    /// file.push(Stage::new("alpine:3.22").copy_from(&source, "/", "/src/"));
    /// assert_eq!(file.render()?, "\
    /// ARG SOURCE_DATE_EPOCH=source
    ///
    /// FROM scratch AS source
    /// ADD https://github.com/acme/app.git /
    ///
    /// FROM alpine:3.22
    /// COPY --from=source / /src/
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#arg)
    #[track_caller]
    pub fn source_date_epoch(&mut self, source: impl Into<EpochSource>) -> ArgName {
        let value = literal(source.into().to_string());
        let name = ArgName::known(SOURCE_DATE_EPOCH);
        let arg = Arg::new(&name).default(value);
        for step in self.args.iter_mut().rev() {
            let declarations = &mut step.instruction.declarations;
            if let Some(declared) = declarations.iter_mut().rev().find(|it| it.name == name) {
                declared.default = arg.declarations.into_iter().find_map(|it| it.default);
                step.origin = crate::model::Origin::caller();
                return name;
            }
        }
        self.arg(arg)
    }
}
