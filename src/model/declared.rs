//! `DeclaredNames`: the names that the steps of a stage declare, so that each step is looked at
//! once.

use super::arguments::{declare, declared_by};
use super::lookup::Names;
use super::{Stage, Step};

/// The names that the first steps of a stage declare. They follow from the steps and are not part
/// of what it says.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeclaredNames(Option<Box<Known>>);

#[derive(Debug, Clone, Default)]
struct Known {
    names: Names,
    /// The number of steps that have been looked at.
    steps: usize,
}

/// Up to so many steps are looked at again.
const FEW: usize = 32;

impl DeclaredNames {
    /// Forgets them, as the steps may change.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }

    fn contain(&mut self, name: &str, steps: &[Step]) -> bool {
        let known = self.0.get_or_insert_default();
        if known.steps > steps.len() {
            **known = Known::default();
        }
        for step in steps.get(known.steps..).unwrap_or_default() {
            declared_by(step.instruction(), &mut |declared| {
                if !known.names.contains_key(declared) {
                    known.names.insert(declared.into(), 0);
                }
            });
        }
        known.steps = steps.len();
        known.names.contains_key(name)
    }
}

impl Stage {
    /// Returns `true` if the stage declares an argument, sets it by ENV, or uses it, as [`declare`]
    /// has it.
    pub(crate) fn declares(&mut self, name: &str) -> bool {
        if self.steps.len() <= FEW {
            declare(&self.steps, name)
        } else {
            self.declared.contain(name, &self.steps)
        }
    }
}
