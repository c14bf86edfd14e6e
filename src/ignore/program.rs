//! `Program`: the regular expressions that Docker makes of patterns, as far as they can come out of
//! one.
//!
//! They have no group but one, so a program is a list of steps, and a state is a step that is still
//! to be taken. All states are kept at once: the work is bounded by steps times characters.

/// The number of additional steps that counts as many.
const WIDE: usize = 64;

/// A regular expression, ready to be matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) classes: Vec<Class>,
    /// Where the alternatives begin.
    pub(super) starts: Vec<usize>,
}

/// The place of a class in the list of its program.
pub(super) type ClassId = usize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// One character.
    One(ClassId),
    /// One character or none.
    Maybe(ClassId),
    /// Any number of characters: `[^/]*`.
    Many(ClassId),
    /// `(.*/)?`, with [`Step::InFolders`] after it.
    Folders,
    InFolders,
    /// `^`
    Start,
    /// `$`
    End,
    /// `\b`, or `\B` if false.
    Boundary(bool),
    /// The end of an alternative.
    Found,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Class {
    Is(char),
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Class {
    /// `.`, which a newline is not.
    pub(super) fn any() -> Class {
        Class::Set {
            negated: true,
            ranges: vec![('\n', '\n')],
        }
    }

    fn has(&self, c: char) -> bool {
        match self {
            Class::Is(only) => *only == c,
            Class::Set { negated, ranges } => {
                let within = ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
                within != *negated
            }
        }
    }
}

impl Program {
    /// Returns `true` if a repetition made it much longer than its pattern.
    pub(super) fn is_wide(&self) -> bool {
        self.steps.len() > 2 * self.classes.len() + WIDE
    }

    /// Returns `true` if it matches a text up to one of the ends, which are in order.
    pub(super) fn matches(&self, text: &str, ends: impl Iterator<Item = usize>) -> bool {
        let mut ends = ends.peekable();
        let mut states = States::new(self.steps.len());
        let mut after = States::new(self.steps.len());
        let mut before = None;
        let mut chars = text.chars();
        loop {
            let at = text.len() - chars.as_str().len();
            let next = chars.next();
            for start in &self.starts {
                states.add(*start);
            }
            if ends.next_if_eq(&at).is_some() {
                while ends.next_if_eq(&at).is_some() {}
                if self.pass(&mut states.clone(), before, None) {
                    return true;
                }
            }
            let Some(next) = next else {
                return false;
            };
            if self.pass(&mut states, before, Some(next)) {
                return true;
            }
            self.take(&states, next, &mut after);
            std::mem::swap(&mut states, &mut after);
            after.clear();
            before = Some(next);
        }
    }

    /// Adds the states that are reached between two characters; whether an end is among them.
    fn pass(&self, states: &mut States, before: Option<char>, next: Option<char>) -> bool {
        let mut n = 0;
        while let Some(at) = states.list.get(n).copied() {
            n += 1;
            let passes = match self.steps.get(at) {
                Some(Step::Found) => return true,
                Some(Step::Maybe(_) | Step::Many(_)) => true,
                Some(Step::Folders) => {
                    states.add(at + 2);
                    true
                }
                Some(Step::Start) => before.is_none(),
                Some(Step::End) => next.is_none(),
                Some(Step::Boundary(wanted)) => (is_word(before) != is_word(next)) == *wanted,
                Some(Step::One(_) | Step::InFolders) | None => false,
            };
            if passes {
                states.add(at + 1);
            }
        }
        false
    }

    /// The states after a character.
    fn take(&self, states: &States, c: char, after: &mut States) {
        let has = |class: &usize| self.classes.get(*class).is_some_and(|class| class.has(c));
        for at in &states.list {
            match self.steps.get(*at) {
                Some(Step::One(class) | Step::Maybe(class)) if has(class) => after.add(at + 1),
                Some(Step::Many(class)) if has(class) => after.add(*at),
                Some(Step::InFolders) => {
                    if c != '\n' {
                        after.add(*at);
                    }
                    if c == '/' {
                        after.add(at + 1);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The steps that are still to be taken.
#[derive(Clone)]
struct States {
    list: Vec<usize>,
    known: Vec<bool>,
}

impl States {
    fn new(steps: usize) -> States {
        States {
            list: Vec::new(),
            known: vec![false; steps],
        }
    }

    fn clear(&mut self) {
        for at in self.list.drain(..) {
            if let Some(known) = self.known.get_mut(at) {
                *known = false;
            }
        }
    }

    fn add(&mut self, at: usize) {
        if let Some(known) = self.known.get_mut(at) {
            if !*known {
                *known = true;
                self.list.push(at);
            }
        }
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}
