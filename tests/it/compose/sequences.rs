//! Several operations in a row: what one leaves behind, the next one takes.

use std::collections::BTreeSet;

use multistage::instruction::Mount;
use multistage::pin::Lock;
use multistage::{Dockerfile, Instruction, Source, Stage, StageName};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;

use super::generator::{SYSTEMS, any_file, any_name};
use super::meaning::{Build, Meanings};
use super::merge::say_the_same;

#[derive(Debug, Clone)]
enum Operation {
    Merge(Dockerfile),
    /// Under a prefix that no other operation uses.
    MergeUnder(Dockerfile),
    Prune(Index),
    RemoveUnused,
    Rename(Index, StageName),
    Insert(Index),
    Remove(Index),
    Pin,
    Unpin,
    NameLast(StageName),
}

fn operation() -> impl Strategy<Value = Operation> {
    let name = || prop_oneof![any_name(), Just(StageName::new("new"))];
    prop_oneof![
        any_file().prop_map(Operation::Merge),
        any_file().prop_map(Operation::MergeUnder),
        any::<Index>().prop_map(Operation::Prune),
        Just(Operation::RemoveUnused),
        (any::<Index>(), name()).prop_map(|(at, name)| Operation::Rename(at, name)),
        any::<Index>().prop_map(Operation::Insert),
        any::<Index>().prop_map(Operation::Remove),
        Just(Operation::Pin),
        Just(Operation::Unpin),
        name().prop_map(Operation::NameLast),
    ]
}

/// The stages of the old file that a new one still has, each with its number there.
type Kept = Vec<(usize, usize)>;

/// Does it, or leaves the file as it is. Which stages have to say what they said; `None` where it
/// is not about that.
fn apply(
    operation: &Operation,
    file: &mut Dockerfile,
    step: usize,
) -> Result<Option<Kept>, TestCaseError> {
    let before = file.clone();
    let count = before.stages().len();
    let names: Vec<&StageName> = before.stages().iter().filter_map(Stage::name).collect();
    let all = |shift: &dyn Fn(usize) -> usize| (0..count).map(|n| (n, shift(n))).collect();
    let kept = match operation {
        Operation::Merge(other) => {
            if file.merge(other.clone()).is_ok() {
                say_the_same(file, [&before, other], "")?;
            }
            None
        }
        Operation::MergeUnder(other) => {
            let prefix = format!("p{step}");
            if file.merge_under(prefix.as_str(), other.clone()).is_ok() {
                say_the_same(file, [&before, other], &format!("{prefix}-"))?;
            }
            None
        }
        Operation::Prune(at) if !names.is_empty() => {
            let name = *at.get(&names);
            *file = before.for_target(name).expect("it is there");
            let old = before
                .stages()
                .iter()
                .position(|it| it.name() == Some(name));
            Some(vec![(old.expect("it is there"), file.stages().len() - 1)])
        }
        Operation::RemoveUnused => {
            let _ = file.remove_unused();
            Some(vec![(count - 1, file.stages().len() - 1)])
        }
        Operation::Rename(at, name) if !names.is_empty() => {
            let _ = file.rename(*at.get(&names), name);
            Some(all(&|n| n))
        }
        Operation::Insert(at) => {
            let at = at.index(count + 1);
            file.insert_at(at, Stage::new("busybox").run("echo"));
            Some(all(&|n| n + usize::from(n >= at)))
        }
        Operation::Remove(at) if count > 1 => {
            let at = at.index(count);
            let _ = file.remove_at(at);
            let rest = (0..count).filter(|n| *n != at);
            Some(rest.map(|n| (n, n - usize::from(n > at))).collect())
        }
        Operation::Pin => {
            let _ = file.pin(&lock(file));
            None
        }
        Operation::Unpin => {
            let _ = file.unpin(&lock(file));
            None
        }
        Operation::NameLast(name) => {
            let taken = names.contains(&name);
            if !taken {
                let _ = file.name_last(name);
            }
            Some(all(&|n| n))
        }
        _ => None,
    };
    Ok(kept)
}

/// Returns `true` if a trigger names a stage that was removed: it is for another build, so that this
/// is no error, and is read as an image.
fn names_a_removed_stage(file: &Dockerfile) -> bool {
    let is_gone = |source: &Source| matches!(source, Source::Stage(name) if file.find(name.clone()).is_none());
    let steps = file.stages().iter().flat_map(Stage::steps);
    let mut triggers = steps.filter_map(|step| match step.instruction() {
        Instruction::Onbuild(onbuild) => onbuild.instruction(),
        _ => None,
    });
    triggers.any(|trigger| match trigger {
        Instruction::Copy(copy) => copy.from.as_ref().is_some_and(is_gone),
        Instruction::Run(run) => {
            let mut options = run.mounts.iter().filter_map(Mount::options);
            options.any(|options| options.from.as_ref().is_some_and(is_gone))
        }
        _ => false,
    })
}

fn lock(file: &Dockerfile) -> Lock {
    let digest = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";
    let images = file.images().into_iter();
    images.map(|image| (image, digest)).collect()
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn each_of_several_operations_keeps_every_image(
        file in any_file(),
        operations in vec(operation(), 1..6),
    ) {
        let mut file = file;
        let mut may_break = false;
        for (step, operation) in operations.iter().enumerate() {
            let before = file.clone();
            let kept = apply(operation, &mut file, step)?;
            // A stage that is still referred to was removed, or a new name means something, then or
            // with what is added later: that is reported.
            may_break |= matches!(
                operation,
                Operation::Remove(_)
                    | Operation::RemoveUnused
                    | Operation::Prune(_)
                    | Operation::Rename(..)
                    | Operation::NameLast(_)
            );
            let always = matches!(operation, Operation::RemoveUnused | Operation::Prune(_));
            let Ok(text) = file.render() else {
                prop_assert!(may_break && !always, "{operation:?}\n{}", file.check());
                file = before;
                continue;
            };
            if file.contexts().next().is_none() {
                let again = Dockerfile::parse(&text);
                if names_a_removed_stage(&file) {
                    let again = again.map(|again| again.render());
                    prop_assert_eq!(again, Ok(Ok(text.clone())));
                } else {
                    prop_assert_eq!(again.as_ref(), Ok(&file), "{}", text);
                }
            }
            let mut meanings = Meanings::default();
            let mut none = BTreeSet::new();
            for (old, new) in kept.unwrap_or_default() {
                // A value that names a stage only by its new name, or one that is gone, is another
                // build.
                let by_default = matches!(
                    operation,
                    Operation::Rename(..) | Operation::NameLast(_) | Operation::Remove(_)
                );
                let systems = if by_default { &["-"][..] } else { &SYSTEMS[..] };
                for &os in systems {
                    let before = Build { file: &before, os, prefix: "" };
                    let after = Build { file: &file, ..before };
                    prop_assert_eq!(
                        meanings.of(before, old, &mut none),
                        meanings.of(after, new, &mut none),
                        "{:?}, stage {} with {}:\n{}\n{}",
                        operation, old, os, before.file.render().unwrap_or_default(), text
                    );
                }
            }
        }
    }
}
