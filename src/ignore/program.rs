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
    /// The steps at which the alternatives begin.
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

    /// Returns `true` if it matches a path or a folder above. `root`: `true` if `/` is one.
    pub(super) fn matches(&self, path: &str, root: bool) -> bool {
        let mut states = States::new(self.steps.len());
        let mut after = States::new(self.steps.len());
        let mut before = None;
        let mut chars = path.chars();
        for start in &self.starts {
            states.add(*start);
        }
        loop {
            let behind_root = root && path.len() == chars.as_str().len() + 1;
            let next = chars.next();
            let ends = matches!(next, None | Some('/')) || behind_root;
            if ends && self.pass(&mut states.clone(), before, None) {
                return true;
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
            // An alternative that begins with `^` begins nowhere else.
            for start in &self.starts {
                if self.steps.get(*start) != Some(&Step::Start) {
                    states.add(*start);
                }
            }
            if states.is_empty() {
                return false;
            }
        }
    }

    /// Adds the states that are reached between two characters. Returns `true` if an end is among
    /// them.
    fn pass(&self, states: &mut States, before: Option<char>, next: Option<char>) -> bool {
        // A state is added after the one that reaches it.
        let mut from = 0;
        while let Some(at) = states.next(from) {
            from = at + 1;
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
        let mut from = 0;
        while let Some(at) = states.next(from) {
            from = at + 1;
            match self.steps.get(at) {
                Some(Step::One(class) | Step::Maybe(class)) if has(class) => after.add(at + 1),
                Some(Step::Many(class)) if has(class) => after.add(at),
                Some(Step::InFolders) => {
                    if c != '\n' {
                        after.add(at);
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

/// The steps that are still to be taken: a bit each. Most programs have less than 64.
#[derive(Clone)]
struct States {
    first: u64,
    rest: Vec<u64>,
}

/// The bits of a word.
const BITS: usize = u64::BITS as usize;

impl States {
    fn new(steps: usize) -> States {
        States {
            first: 0,
            rest: vec![0; steps.saturating_sub(BITS).div_ceil(BITS)],
        }
    }

    fn is_empty(&self) -> bool {
        self.first == 0 && self.rest.iter().all(|word| *word == 0)
    }

    fn clear(&mut self) {
        self.first = 0;
        if !self.rest.is_empty() {
            self.rest.fill(0);
        }
    }

    fn add(&mut self, at: usize) {
        match at.checked_sub(BITS) {
            None => self.first |= 1 << at,
            Some(at) => {
                if let Some(word) = self.rest.get_mut(at / BITS) {
                    *word |= 1 << (at % BITS);
                }
            }
        }
    }

    /// The first one at a step or after it.
    fn next(&self, from: usize) -> Option<usize> {
        let first = |word: u64, from: usize| {
            let left = word & (u64::MAX << from);
            (left != 0).then_some(left.trailing_zeros() as usize)
        };
        if let Some(at) = Some(from)
            .filter(|from| *from < BITS)
            .and_then(|from| first(self.first, from))
        {
            return Some(at);
        }
        let from = from.saturating_sub(BITS);
        let words = self.rest.iter().enumerate().skip(from / BITS);
        for (n, word) in words {
            let begin = if n == from / BITS { from % BITS } else { 0 };
            if let Some(at) = first(*word, begin) {
                return Some((n + 1) * BITS + at);
            }
        }
        None
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_found_in_order() {
        let mut states = States::new(300);
        let all = [0, 1, 63, 64, 65, 127, 128, 191, 192, 299];
        for at in all.iter().rev() {
            states.add(*at);
        }
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = states.next(from) {
            found.push(at);
            from = at + 1;
        }
        assert_eq!(found, all);
        states.clear();
        assert!(states.is_empty() && states.next(0).is_none());
    }
}
