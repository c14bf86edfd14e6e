//! Pruning: a file with only the stages that its targets need.

use indexmap::IndexSet;

use crate::edges::{Graph, Occurs, PossibleBases, Via, sources};
use crate::edit::{UnknownStage, each_source_of};
use crate::instruction::Instruction;
use crate::model::{Dockerfile, Stage};
use crate::reference::{Source, StageName};

impl Dockerfile {
    /// Returns the file with only the stages that a target needs, marked as the target.
    ///
    /// A stage is needed if the target starts from it, copies from it or mounts it, whether by
    /// itself, by a trigger of its base or by way of other needed stages. A base that is an
    /// expression (`FROM binaries-$TARGETOS`) needs every stage above it that it can name;
    /// `FROM $BASE` could name any. Everything else in the file is kept: directives, header, global
    /// ARGs, contexts, disabled rules. The comments above a stage go with it. The order stays, and
    /// the target is the last stage.
    ///
    /// The [`inputs`](Dockerfile::inputs) of the result are what a build of this target needs from
    /// outside.
    ///
    /// # Errors
    ///
    /// [`UnknownStage`] where the file has no stage of this name.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let file = Dockerfile::parse("\
    /// FROM rust:1.85 AS build
    /// FROM build AS test
    /// RUN cargo test
    /// FROM scratch AS app
    /// COPY --from=build /app /
    /// ")?;
    /// let app = file.for_target("app")?;
    /// assert_eq!(app.render()?, "\
    /// FROM rust:1.85 AS build
    ///
    /// FROM scratch AS app
    /// COPY --from=build /app /
    /// ");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [Reference](https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage)
    pub fn for_target(&self, target: impl Into<StageName>) -> Result<Dockerfile, UnknownStage> {
        self.for_targets([target])
    }

    /// [`for_target`](Dockerfile::for_target) for several targets.
    ///
    /// # Errors
    ///
    /// [`UnknownStage`] for the first name that no stage has.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let text = "FROM alpine AS a\n\nFROM alpine AS b\n\nFROM alpine AS c\n";
    /// let file = Dockerfile::parse(text)?.for_targets(["a", "c"])?;
    /// assert_eq!(file.render()?, "FROM alpine AS a\n\nFROM alpine AS c\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn for_targets<T: Into<StageName>>(
        &self,
        targets: impl IntoIterator<Item = T>,
    ) -> Result<Dockerfile, UnknownStage> {
        let targets: IndexSet<StageName> = targets.into_iter().map(Into::into).collect();
        let roots = targets.iter().map(|target| self.known(target));
        let roots = roots.collect::<Result<Vec<_>, _>>()?;
        let graph = Graph::of(self);
        let needed = needed(&graph, self, &roots);
        let mut beside = self.beside.clone();
        beside.targets = targets.into_iter().collect();
        let mut pruned = Dockerfile {
            shebang: self.shebang.clone(),
            syntax: self.syntax.clone(),
            escape: self.escape,
            checks: self.checks.clone(),
            header: self.header.clone(),
            args: self.args.clone(),
            stages: Vec::new(),
            pending_blank_line: false,
            trailing: self.trailing.clone(),
            beside,
        };
        let kept = self.stages.iter().zip(&needed).filter(|(_, keep)| **keep);
        pruned.beside.lookup.forget();
        pruned.stages = kept.map(|(stage, _)| stage.clone()).collect();
        if has_numbers(&graph) {
            pruned.mend(&needed);
        }
        Ok(pruned)
    }

    /// Removes the stages that neither the last stage nor a [target](Dockerfile::target) needs, and
    /// returns them in order.
    ///
    /// ```
    /// use multistage::Dockerfile;
    ///
    /// let mut file = Dockerfile::parse("FROM node:22 AS lint\n\nFROM node:22\n")?;
    /// assert_eq!(file.remove_unused().len(), 1);
    /// assert_eq!(file.render()?, "FROM node:22\n");
    /// # Ok::<(), multistage::Report>(())
    /// ```
    pub fn remove_unused(&mut self) -> Vec<Stage> {
        let graph = Graph::of(self);
        let needed = needed(&graph, self, &wanted(&graph, self));
        let has_numbers = has_numbers(&graph);
        let mut removed = Vec::new();
        self.beside.lookup.forget();
        for (stage, keep) in std::mem::take(&mut self.stages).into_iter().zip(&needed) {
            if *keep {
                self.stages.push(stage);
            } else {
                removed.push(stage);
            }
        }
        if has_numbers {
            self.mend(&needed);
        }
        removed
    }

    /// Mends the references by number after all but the stages to keep have gone. `kept` is by the
    /// old numbers.
    fn mend(&mut self, kept: &[bool]) {
        let new = kept.iter().scan(0, |next, keep| {
            let number = *next;
            *next += usize::from(*keep);
            Some(keep.then_some(number))
        });
        let new: Vec<Option<usize>> = new.collect();
        self.each_own_source(|_, source| {
            if let Source::Index(index) = source {
                *index = new.get(*index).copied().flatten().unwrap_or(*index);
            }
        });
    }

    /// Calls back for every base and every `--from` that is looked up in this file: not those of a
    /// trigger that no stage of it triggers.
    pub(super) fn each_own_source(&mut self, mut change: impl FnMut(Via, &mut Source)) {
        let triggers = Graph::of(self).triggering();
        for (stage, triggers) in self.stages.iter_mut().zip(triggers) {
            each_source_of(stage, triggers, &mut change);
        }
    }
}

/// Returns `true` if a stage can be referred to by its number.
fn has_numbers(graph: &Graph<'_>) -> bool {
    // The references of triggers are not all in the graph.
    graph.occurs.has(Occurs::BY_INDEX.and(Occurs::TRIGGER))
}

/// The stages that are built for their own sake: the targets, and the last one.
pub(super) fn wanted(graph: &Graph<'_>, file: &Dockerfile) -> Vec<usize> {
    let targets = file.beside.targets.iter();
    let targets = targets.filter_map(|target| graph.names.target(target));
    let last = file.stages.len().checked_sub(1);
    targets.chain(last).collect()
}

/// Returns, for each stage, `true` if the roots need it; they need themselves.
pub(super) fn needed(graph: &Graph<'_>, file: &Dockerfile, roots: &[usize]) -> Vec<bool> {
    let possible = PossibleBases::of(graph.stages);
    let mut needs = Needs {
        graph,
        needed: vec![false; graph.stages.len()],
        todo: Vec::new(),
        looked_at: vec![0; possible.len()],
        possible,
        triggered: vec![false; graph.stages.len()],
    };
    for root in roots {
        needs.add(*root);
    }
    // BuildKit asks for the date of what the stage adds, without building it.
    if let Some(stage) = graph.epoch_stage(file) {
        needs.add(stage);
    }
    while let Some(stage) = needs.todo.pop() {
        needs.follow(stage);
    }
    needs.needed
}

struct Needs<'g, 'm> {
    graph: &'g Graph<'m>,
    needed: Vec<bool>,
    todo: Vec<usize>,
    possible: PossibleBases,
    /// The number of stages added so far, of those that each expression can name.
    looked_at: Vec<usize>,
    /// The stages whose triggers have been followed.
    triggered: Vec<bool>,
}

impl<'m> Needs<'_, 'm> {
    fn add(&mut self, stage: usize) {
        if let Some(needed @ false) = self.needed.get_mut(stage) {
            *needed = true;
            self.todo.push(stage);
        }
    }

    fn follow(&mut self, n: usize) {
        let graph = self.graph;
        for reference in graph.own(n) {
            match reference.via {
                Via::Base => self.follow_base(reference.source, n),
                via => self.follow_source(reference.source, via, n),
            }
        }
    }

    fn follow_base(&mut self, base: &'m Source, n: usize) {
        let mut bases: Vec<usize> = Vec::new();
        match self.possible.expression(n) {
            Some(expression) => {
                let named = self.possible.of_stage(n);
                if let Some(seen) = self.looked_at.get_mut(expression) {
                    bases.extend(named.get(*seen..).unwrap_or_default());
                    *seen = named.len().max(*seen);
                }
            }
            None => bases.extend(self.graph.names.found(base, Via::Base, n)),
        }
        for base in bases {
            self.add(base);
            if !self.graph.occurs.has(Occurs::TRIGGER) {
                continue;
            }
            if let Some(triggered @ false) = self.triggered.get_mut(base) {
                *triggered = true;
                let stage = self.graph.stages.get(base);
                for step in stage.map_or(&[][..], |stage| stage.steps.as_slice()) {
                    if let Instruction::Onbuild(onbuild) = step.instruction() {
                        for (_, via, source) in onbuild.instruction().into_iter().flat_map(sources)
                        {
                            self.follow_source(source, via, n);
                        }
                    }
                }
            }
        }
    }

    fn follow_source(&mut self, source: &Source, via: Via, n: usize) {
        if let Some(stage) = self.graph.names.found(source, via, n) {
            self.add(stage);
        }
    }
}
