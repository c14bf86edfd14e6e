//! `Lookup`: where the stages and global ARGs of a file are, so that adding to a large file costs
//! what adding to a small one does.

use std::collections::BTreeMap;

use super::dialect::Runs;
use super::{Dockerfile, Stage, Step};
use crate::instruction::Arg;
use crate::reference::{ArgName, StageName};

/// Positions by name. They follow from the file and are not part of it. As edits move what
/// they point at, each is looked at before it is believed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lookup(Option<Box<Known>>);

#[derive(Debug, Clone, Default)]
struct Known {
    stages: Places<StageName>,
    args: Places<ArgName>,
    /// The shell that runs the commands after the last step of a stage.
    shells: BTreeMap<usize, Runs>,
}

#[derive(Debug, Clone)]
struct Places<N> {
    by_name: BTreeMap<N, usize>,
    /// How many items have been looked at.
    seen: usize,
}

impl<N> Default for Places<N> {
    fn default() -> Places<N> {
        Places {
            by_name: BTreeMap::new(),
            seen: 0,
        }
    }
}

impl Lookup {
    /// Forgets everything, as stages may change.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }

    pub(super) fn shell_behind(&self, stage: usize) -> Option<Runs> {
        self.0.as_ref()?.shells.get(&stage).copied()
    }

    pub(super) fn note_shell_behind(&mut self, stage: usize, dialect: Runs) {
        self.0.get_or_insert_default().shells.insert(stage, dialect);
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
            known.see(stages, |stage, add| stage.name().into_iter().for_each(add));
            let found = known.by_name.get(name).copied();
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
            known.see(args, |step, add| {
                let declared = step.instruction().declarations().iter();
                declared.map(|declared| declared.name()).for_each(add);
            });
            let found = known.by_name.get(name).copied();
            if found.is_some_and(|at| args.get(at).is_some_and(is_it)) {
                return true;
            }
        }
        args.iter().any(is_it)
    }
}

impl<N: Clone + Ord> Places<N> {
    fn see<T>(&mut self, items: &[T], names: impl Fn(&T, &mut dyn FnMut(&N))) {
        if self.seen > items.len() {
            *self = Places::default();
        }
        for (at, item) in items.iter().enumerate().skip(self.seen) {
            names(item, &mut |name| {
                self.by_name.insert(name.clone(), at);
            });
        }
        self.seen = items.len();
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
