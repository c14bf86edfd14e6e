//! `Lookup`: where the stages and global ARGs of a file are, so that adding to a large file costs
//! what adding to a small one does.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::dialect::Runs;
use super::{Dockerfile, Stage, Step};
use crate::instruction::Arg;
use crate::reference::StageName;

/// Positions by name. They follow from the file and are not part of it. As edits move what
/// they point at, each is looked at before it is believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lookup(Option<Box<Known>>);

#[derive(Debug, Clone, Default)]
struct Known {
    stages: Places,
    args: Places,
    /// The shell that runs the commands below the last step of a stage, for those that were asked
    /// for.
    shells: Vec<Option<Runs>>,
}

#[derive(Debug, Clone, Default)]
struct Places {
    by_name: Names,
    /// The number of items that have been looked at.
    seen: usize,
}

/// A number for each of some names.
pub(super) type Names = BTreeMap<SmolStr, usize>;

impl Lookup {
    /// Forgets everything, as stages may change.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }

    pub(super) fn shell_behind(&self, stage: usize) -> Option<Runs> {
        self.0.as_ref()?.shells.get(stage).copied()?
    }

    pub(super) fn note_shell_behind(&mut self, stage: usize, dialect: Runs) {
        let shells = &mut self.0.get_or_insert_default().shells;
        if shells.len() <= stage {
            shells.resize(stage + 1, None);
        }
        if let Some(shell) = shells.get_mut(stage) {
            *shell = Some(dialect);
        }
    }
}

/// Up to so many items are gone through each time.
const FEW: usize = 32;

impl Dockerfile {
    /// The last stage of a name.
    pub(crate) fn position_of(&mut self, name: &StageName) -> Option<usize> {
        let stages = &self.stages;
        let is_it = |stage: &Stage| stage.name() == Some(name);
        if stages.len() > FEW {
            let known = &mut self.beside.lookup.0.get_or_insert_default().stages;
            for (at, stage) in stages
                .iter()
                .enumerate()
                .skip(known.first_unseen(stages.len()))
            {
                if let Some(name) = stage.name() {
                    known.by_name.insert(name.as_str().into(), at);
                }
            }
            let found = known.by_name.get(name.as_str()).copied();
            if let Some(at) = found.filter(|at| stages.get(*at).is_some_and(is_it)) {
                return Some(at);
            }
        }
        stages.iter().rposition(is_it)
    }

    /// Returns `true` if a global ARG declares a name.
    pub(super) fn declares_global(&mut self, name: &str) -> bool {
        let args = &self.args;
        let is_it = |step: &Step<Arg>| {
            let mut declared = step.instruction().declarations().iter();
            declared.any(|declared| declared.name().as_str() == name)
        };
        if args.len() > FEW {
            let known = &mut self.beside.lookup.0.get_or_insert_default().args;
            for (at, step) in args.iter().enumerate().skip(known.first_unseen(args.len())) {
                for declared in step.instruction().declarations() {
                    known.by_name.insert(declared.name().as_str().into(), at);
                }
            }
            let found = known.by_name.get(name).copied();
            if found.is_some_and(|at| args.get(at).is_some_and(is_it)) {
                return true;
            }
        }
        args.iter().any(is_it)
    }
}

impl Places {
    /// The first item that has not been looked at, of so many.
    fn first_unseen(&mut self, items: usize) -> usize {
        if self.seen > items {
            *self = Places::default();
        }
        std::mem::replace(&mut self.seen, items)
    }
}

#[cfg(test)]
mod tests {
    use crate::instruction::{Run, Shell, words};
    use crate::{Dockerfile, Stage, StageName, expr};

    /// A file of as many stages as are looked up by their names.
    fn large() -> Dockerfile {
        let mut file = Dockerfile::new();
        for n in 0..100 {
            file.stage(format!("s{n}"), Stage::new("alpine"));
        }
        file
    }

    #[test]
    fn stages_are_found_where_they_are_now() {
        let mut file = large();
        let name = StageName::new("s50");
        assert_eq!(file.position_of(&name), Some(50));
        file.insert_at(0, Stage::new("alpine"));
        assert_eq!(file.position_of(&name), Some(51));
        file.rename("s50", "other").expect("it is renamed");
        assert_eq!(file.position_of(&name), None);
        assert_eq!(file.position_of(&StageName::new("other")), Some(51));
        // As one of several, the last one.
        file.stage("other", Stage::new("alpine"));
        assert_eq!(file.position_of(&StageName::new("other")), Some(101));
    }

    #[test]
    fn arguments_are_declared_as_they_are_now() {
        let mut file = Dockerfile::new();
        for n in 0..100 {
            file.arg((format!("V{n}"), "1"));
        }
        assert!(file.declares_global("V7") && !file.declares_global("W"));
        file.args_mut().remove(7);
        assert!(!file.declares_global("V7"));
        file.push(Stage::new("alpine").env("A", expr("${V7}${V8}")));
        let text = file.render().expect("it is right");
        assert!(
            text.ends_with("FROM alpine\nARG V8\nENV A=${V7}${V8}\n"),
            "{text}"
        );
    }

    #[test]
    fn a_stage_begins_with_the_shell_of_its_base_as_it_is_now() {
        let mut file = Dockerfile::new();
        let base = file.stage("base", Stage::new("alpine"));
        let middle = file.stage("middle", Stage::new(&base));
        let echo = || Run::new(words(["echo", "a b"]));
        file.push(Stage::new(&middle).run(echo()));
        let stage = file.find_mut("base").expect("it is there");
        stage.push(Shell::new(["powershell", "-Command"]));
        file.push(Stage::new(&middle).run(echo()));
        let texts: Vec<String> = file
            .stages()
            .iter()
            .map(|stage| format!("{:?}", stage.steps()))
            .collect();
        assert_ne!(texts[2], texts[3]);
    }
}
