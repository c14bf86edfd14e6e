//! Whole files: operations on them, one after another.

use multistage::pin::Lock;
use multistage::resolve::Build;
use multistage::{Dockerfile, StageName};

use super::bytes::Bytes;
use super::{comes_back, draws, models};

const DIGEST: &str = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d";

/// What is merged, pruned, renamed and pinned is a good file if it was one, and the handles are
/// those of its stages; so it is after the next operation.
pub fn compose(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let mut file = models::dockerfile(&mut bytes.split());
    for _ in 0..6 {
        let build = Build::new();
        assert!(file.compare(&file.clone(), &build).is_same());
        let before = file.clone();
        let good = before.render().is_ok();
        if operation(&mut file, &mut bytes) && good {
            let after = file.render();
            assert!(after.is_ok(), "{}{before:?}", file.check());
        }
        draws(&file.check());
        comes_back(&file);
        let _ = before.compare(&file, &build);
        if bytes.is_empty() {
            return;
        }
    }
}

/// Does something with the file, and returns whether a good file has to stay one.
fn operation(file: &mut Dockerfile, bytes: &mut Bytes<'_>) -> bool {
    let names: Vec<StageName> = file
        .stages()
        .iter()
        .filter_map(|stage| stage.name().cloned())
        .collect();
    let name = names.get(bytes.below(names.len() + 1));
    match (bytes.below(8), name) {
        (0, _) => merge(file, bytes, None),
        (1, _) => {
            let prefix = bytes.pick(&["prefix", "x", "tools"]);
            merge(file, bytes, Some(prefix))
        }
        (2, Some(name)) => {
            let pruned = file.for_target(name).expect("there is such a stage");
            assert!(pruned.stages().len() <= file.stages().len());
            assert_eq!(pruned.for_target(name).as_ref(), Ok(&pruned));
            *file = pruned;
            true
        }
        (3, Some(name)) => {
            let before = file.clone();
            let new = bytes.pick(&["a-new-name", "stage-0", "x"]);
            if file.rename(name, new).is_err() {
                assert_eq!(*file, before, "an error changes nothing");
            }
            true
        }
        (4, Some(name)) => {
            let stages = file.stages().len();
            drop(file.remove(name).expect("there is such a stage"));
            assert_eq!(file.stages().len() + 1, stages);
            false
        }
        (5, _) => {
            let stage = models::stage(bytes, file);
            file.insert_at(bytes.below(file.stages().len() + 1), stage);
            false
        }
        (6, _) => {
            pin(file);
            true
        }
        _ => {
            let stages = file.stages().len();
            let unused = file.remove_unused();
            assert_eq!(file.stages().len() + unused.len(), stages);
            assert_eq!(file.remove_unused().len(), 0);
            true
        }
    }
}

/// Merges another file, under a prefix or not.
fn merge(file: &mut Dockerfile, bytes: &mut Bytes<'_>, prefix: Option<&str>) -> bool {
    let other = models::dockerfile(&mut bytes.split());
    // Under another escape character, a command may be for another shell.
    let good = other.render().is_ok() && other.escape() == file.escape();
    let (before, count) = (file.clone(), other.stages().len());
    let merged = match prefix {
        Some(prefix) => file.merge_under(prefix, other),
        None => file.merge(other),
    };
    match merged {
        Ok(handles) => {
            assert_eq!(file.stages().len(), before.stages().len() + count);
            for name in handles.stages() {
                assert!(file.find(name).is_some());
            }
        }
        Err(error) => {
            assert!(!error.conflicts().is_empty() && !error.to_string().is_empty());
            assert_eq!(*file, before, "an error changes nothing");
        }
    }
    good
}

/// Pins every image, and takes that back.
fn pin(file: &mut Dockerfile) {
    let images = file.images().into_iter();
    let lock: Lock = images.map(|image| (image, DIGEST)).collect();
    let before = file.clone();
    let count = file.pin(&lock);
    assert_eq!(file.pin(&lock), 0, "what is pinned is not pinned again");
    let mut back = file.clone();
    assert_eq!(count > 0, *file != before);
    back.unpin(&lock);
    let _ = file.pin_obstacles(&lock);
}
