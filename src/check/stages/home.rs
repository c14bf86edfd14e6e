//! The home of the user that a RUN runs as, and where tools keep their caches from there.

use super::{images, walk};
use crate::check::Checking;
use crate::limits;
use crate::resolve::ResolvedBase;
use crate::scope::Action;
use crate::syntax::At;

/// The image that a stage begins with, under its full name.
pub(super) fn image<'c>(checking: &'c Checking<'_>, stage: usize) -> Option<&'c str> {
    let mut root = stage;
    let mut depth = 0;
    while let Some(below) = walk::base(checking.resolved, root) {
        root = below;
        depth += 1;
        if depth == limits::BASE_CHAIN {
            return None;
        }
    }
    match checking.resolved.stages().get(root)?.base() {
        ResolvedBase::Image(image) => Some(image),
        _ => None,
    }
}

/// The value of a variable where an instruction runs, as far as the file sets it.
pub(super) fn variable<'c>(
    checking: &'c Checking<'_>,
    step: &walk::Step<'_>,
    name: &str,
) -> Option<&'c str> {
    let At::Step { stage, step } = step.at else {
        return None;
    };
    let vars = checking.resolved.stages().get(stage)?.vars(step)?;
    let value = vars.get(name)?.as_known()?;
    (!value.is_empty()).then_some(value)
}

/// The home of the user that a RUN runs as, where it is known.
pub(super) fn of(checking: &Checking<'_>, step: &walk::Step<'_>) -> Option<String> {
    if let Some(home) = variable(checking, step, "HOME") {
        return Some(home.to_owned());
    }
    let Some(Action::Run(run)) = step.action else {
        return None;
    };
    let image = image(checking, step.at.stage()?)?;
    let known = images::known(image)?;
    match run.whereabouts.user.split(':').next().unwrap_or_default() {
        "root" | "0" => Some("/root".to_owned()),
        "" => known.root.then(|| "/root".to_owned()),
        "node" | "1000" if image.starts_with("docker.io/library/node:") => {
            Some("/home/node".to_owned())
        }
        _ => None,
    }
}
