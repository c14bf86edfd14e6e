//! `Rare`: fields that few values set, in one box.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

/// Fields of which all are mostly empty: one pointer, which is filled when the first of them is
/// set.
///
/// Reading an empty one gives [`Unset::SHARED`]. Writing through `DerefMut` allocates, so code that
/// only wants to change what is set asks [`get_mut`](Rare::get_mut).
#[derive(Clone)]
pub(crate) struct Rare<T>(Option<Box<T>>);

/// The fields when none of them is set.
pub(crate) trait Unset: Sized + 'static {
    const UNSET: Self;

    /// The value that an empty [`Rare`] dereferences to.
    const SHARED: &'static Self;
}

impl<T> Rare<T> {
    /// Nothing is set.
    pub(crate) const NONE: Rare<T> = Rare(None);

    /// Returns `true` if no field has ever been set.
    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// The fields, to be changed, unless none of them is set.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_deref_mut()
    }
}

impl<T: Unset> Rare<T> {
    /// Takes the fields out.
    pub(crate) fn take(&mut self) -> T {
        self.0.take().map_or(T::UNSET, |fields| *fields)
    }
}

impl<T: Unset> Deref for Rare<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match &self.0 {
            Some(fields) => fields,
            None => T::SHARED,
        }
    }
}

impl<T: Unset> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_with(|| Box::new(T::UNSET))
    }
}

/// Mostly there is nothing to be dropped, which is to be seen in place.
impl<T> Drop for Rare<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(fields) = self.0.take() {
            drop_fields(fields);
        }
    }
}

#[inline(never)]
fn drop_fields<T>(fields: Box<T>) {
    drop(fields);
}

impl<T> Default for Rare<T> {
    fn default() -> Rare<T> {
        Rare::NONE
    }
}

/// Compares the fields: one that was allocated and left empty is equal to [`Rare::NONE`].
impl<T: Unset + PartialEq> PartialEq for Rare<T> {
    fn eq(&self, other: &Rare<T>) -> bool {
        (self.is_none() && other.is_none()) || **self == **other
    }
}

impl<T: Unset + Eq> Eq for Rare<T> {}

impl<T: Unset + Hash> Hash for Rare<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: Unset + fmt::Debug> fmt::Debug for Rare<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::{Instruction, Run};
    use crate::syntax::Flags;
    use crate::{Dockerfile, Stage};

    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    struct Fields {
        count: usize,
    }

    impl Unset for Fields {
        const UNSET: Fields = Fields { count: 0 };
        const SHARED: &'static Fields = &Fields::UNSET;
    }

    #[test]
    fn an_allocated_one_that_is_empty_is_equal_to_none() {
        let mut rare: Rare<Fields> = Rare::NONE;
        assert_eq!(rare.count, 0);
        assert!(rare.is_none() && rare.get_mut().is_none());
        rare.count = 0;
        assert!(!rare.is_none());
        assert_eq!(rare, Rare::NONE);
        rare.count = 1;
        assert_ne!(rare, Rare::NONE);
    }

    /// Returns `true` if a RUN of a file has room for flags, though none is set: nothing that
    /// changes a file leaves such.
    #[test]
    fn looking_for_what_can_be_changed_makes_no_room() -> Result<(), Box<dyn std::error::Error>> {
        let mut file = Dockerfile::new();
        let a = file.stage("a", Stage::new("alpine").run("x"));
        let copied = Stage::new(&a).copy_from(&a, "/x", "/").run("y");
        file.stage(
            "b",
            copied.with_mounts::<crate::instruction::Mount>([], |s| s.run("z")),
        );
        file.rename("a", "c")?;
        let cleared = file.clear_platform("b");
        assert!(cleared.is_ok());
        file.replace_image("alpine", "debian");
        file.comment_fragments();
        for stage in &mut file.stages {
            assert!(stage.notes.is_none() && stage.from.rows().is_empty());
            for step in &mut stage.steps {
                let unset = match step.instruction_mut() {
                    Instruction::Run(run) => run.rows().is_empty(),
                    Instruction::Copy(copy) => copy.rows().len() == 1,
                    _ => continue,
                };
                assert!(unset, "{step:?}");
            }
        }
        assert!(!Run::new("x").flag("a", None).rows().is_empty());
        Ok(())
    }
}
