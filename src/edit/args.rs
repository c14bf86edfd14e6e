//! Edits of the global ARGs: find one, change its default, remove it, change their order.

use crate::instruction::Arg;
use crate::model::{Dockerfile, Step};
use crate::reference::ArgName;

impl Dockerfile {
    /// Returns the global ARG that declares a name, or `None`. If several do, it is the last one.
    pub fn find_arg(&self, name: impl Into<ArgName>) -> Option<&Arg> {
        let name = name.into();
        let step = self.args.iter().rev().find(|step| declares(step, &name))?;
        Some(step.instruction())
    }

    /// Returns the global ARG that declares a name, to be changed; the last one if several do.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage, expr};
    ///
    /// let mut file = Dockerfile::new();
    /// file.arg(("GO_VERSION", "1.23"));
    /// file.push(Stage::new(expr("golang:$GO_VERSION")));
    /// if let Some(arg) = file.find_arg_mut("GO_VERSION") {
    ///     arg.set_default("GO_VERSION", "1.24");
    /// }
    /// assert_eq!(file.render()?, "ARG GO_VERSION=1.24\n\nFROM golang:$GO_VERSION\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/reference/dockerfile/#arg)
    pub fn find_arg_mut(&mut self, name: impl Into<ArgName>) -> Option<&mut Arg> {
        let name = name.into();
        let mut steps = self.args.iter_mut().rev();
        Some(steps.find(|step| declares(step, &name))?.instruction_mut())
    }

    /// Returns the global ARGs, to be changed, removed or put in another order.
    ///
    /// A default can use the ARGs above it, so order matters.
    ///
    /// ```
    /// use multistage::{Dockerfile, Stage};
    ///
    /// let mut file = Dockerfile::new();
    /// file.arg(("TAG", "22"));
    /// file.arg("UNUSED");
    /// file.push(Stage::new("node:$TAG"));
    /// file.args_mut().retain(|step| step.instruction().declarations()[0].name()
    ///     .as_str() != "UNUSED");
    /// assert_eq!(file.render()?, "ARG TAG=22\n\nFROM node:$TAG\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn args_mut(&mut self) -> &mut Vec<Step<Arg>> {
        &mut self.args
    }
}

fn declares(step: &Step<Arg>, name: &ArgName) -> bool {
    let declarations = step.instruction().declarations();
    declarations
        .iter()
        .any(|declaration| declaration.name() == name)
}
