//! LABEL: metadata of the image.

use super::pairs::{apply_label, pairs_instruction};
use crate::scope::Scope;

pairs_instruction! {
    /// `LABEL <key>=<value> ...`: adds metadata to the image.
    ///
    /// Keys and values are expanded. Neither can hold a newline; a key is not empty and has no `=`.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, instruction::Label};
    ///
    /// let mut file = Dockerfile::new();
    /// file.push(Stage::new("alpine").instruction(Label::from([("org.opencontainers.image.title",
    ///     "api"), ("tier", "web")])));
    /// assert_eq!(file.render()?, "\
    /// FROM alpine
    /// LABEL org.opencontainers.image.title=api \\
    ///       tier=web
    /// ");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#label)
    Label = "LABEL"
}

impl Label {
    pub(crate) fn apply(&self, scope: &mut Scope<'_>) -> Option<()> {
        apply_label(&self.pairs, scope)
    }
}
