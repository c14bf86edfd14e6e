//! `Acting`: which steps of a stage have an action.

/// The steps of a stage that have an action, and the number of each among them.
#[derive(Debug, Clone, Default)]
pub(super) struct Acting {
    /// For every 64 steps a bit each, and how many are set before them.
    words: Box<[(u64, u32)]>,
}

impl Acting {
    /// From whether each step has an action.
    pub(super) fn of(steps: &[bool]) -> Acting {
        let mut words = Vec::with_capacity(steps.len().div_ceil(64));
        let mut before = 0;
        for steps in steps.chunks(64) {
            let mut bits = 0;
            for (n, acts) in steps.iter().enumerate() {
                bits |= u64::from(*acts) << n;
            }
            words.push((bits, before));
            before += bits.count_ones();
        }
        Acting {
            words: words.into(),
        }
    }

    /// Returns `true` if a step has an action.
    #[inline]
    pub(super) fn has(&self, step: usize) -> bool {
        let word = self.words.get(step / 64);
        word.is_some_and(|(bits, _)| bits >> (step % 64) & 1 == 1)
    }

    /// The number of a step among those with an action, from 0; `None` if it has none.
    pub(super) fn number(&self, step: usize) -> Option<usize> {
        let (bits, before) = self.words.get(step / 64)?;
        let bit = 1_u64 << (step % 64);
        let below = (bits & (bit - 1)).count_ones();
        (bits & bit != 0).then_some((before + below) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered() {
        let steps: Vec<bool> = (0..300).map(|n| n % 3 == 1 || n > 190).collect();
        for count in [0, 1, 63, 64, 65, 300] {
            let acting = Acting::of(&steps[..count]);
            let mut number = 0;
            for (step, acts) in steps.iter().enumerate() {
                let expected = (*acts && step < count).then_some(number);
                assert_eq!(acting.number(step), expected, "{step} of {count}");
                assert_eq!(acting.has(step), expected.is_some());
                number += usize::from(expected.is_some());
            }
        }
    }
}
