//! ENV: environment variables.

use super::pairs::{apply_env, pairs_instruction};
use crate::scope::Scope;

pairs_instruction! {
    /// `ENV <key>=<value> ...`: sets environment variables, for the build and for the image.
    ///
    /// Keys and values are expanded, against the environment before the instruction: pairs of one
    /// ENV do not see each other. Neither can hold a newline; a key is not empty and has no `=`.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, expr, instruction::Env};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(Env::new("GREETING", r#"say "hi""#).and("PATH",
    ///     expr("/opt/bin:$PATH"))));
    /// assert_eq!(file.render()?, r#"FROM alpine
    /// ENV GREETING="say \"hi\"" \
    ///     PATH=/opt/bin:$PATH
    /// "#);
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#env)
    Env = "ENV"
}

impl Env {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        apply_env(&self.pairs, scope)
    }
}
