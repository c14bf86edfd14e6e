//! "Did you mean": the nearest of some names.

use crate::limits;

/// The name that is nearest to a misspelt one, if one is near: at most a third of its letters
/// differ, and never more than three.
pub(crate) fn nearest<'n>(name: &str, mut names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    nearest_of(name, &mut names)
}

/// The same, compiled once.
fn nearest_of<'n>(name: &str, names: &mut dyn Iterator<Item = &'n str>) -> Option<&'n str> {
    let letters: Vec<char> = name.to_lowercase().chars().collect();
    if letters.len() > limits::SUGGESTED_NAME {
        return None;
    }
    let bound = (letters.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in names.filter(|candidate| candidate.len() <= limits::SUGGESTED_NAME) {
        let other: Vec<char> = candidate.to_lowercase().chars().collect();
        if other.len().abs_diff(letters.len()) > bound {
            continue;
        }
        let distance = distance(&letters, &other, bound);
        if distance <= bound && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Returns `true` if two names differ by one letter, or by two that are swapped.
pub(crate) fn is_one_edit(name: &str, other: &str) -> bool {
    if name.len().abs_diff(other.len()) > 4 || name.len() > 64 {
        return false;
    }
    let letters = |text: &str| text.to_lowercase().chars().collect::<Vec<char>>();
    distance(&letters(name), &letters(other), 1) == 1
}

/// The number of letters that have to be inserted, dropped, replaced or swapped with their
/// neighbour; more than the bound where it is more. What is too far from the diagonal is left out.
fn distance(a: &[char], b: &[char], bound: usize) -> usize {
    let far = bound + 1;
    let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(far);
    let mut two_ago: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![far; b.len() + 1];
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let near = i.saturating_sub(bound)..b.len().min(i + bound + 1);
        for (j, y) in b.iter().enumerate().take(near.end).skip(near.start) {
            let mut least = get(&previous, j) + usize::from(x != y);
            least = least.min(get(&previous, j + 1) + 1).min(get(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(get(&two_ago, j - 1) + 1);
            }
            if let Some(slot) = row.get_mut(j + 1) {
                *slot = least;
            }
        }
        two_ago = std::mem::replace(&mut previous, row);
    }
    get(&previous, b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_and_far() {
        let names = || ["builder", "base", "prod"].into_iter();
        assert_eq!(nearest("biulder", names()), Some("builder"));
        assert_eq!(nearest("Builder", names()), Some("builder"));
        assert_eq!(nearest("bas", names()), Some("base"));
        assert_eq!(nearest("nginx", names()), None);
        assert_eq!(nearest("", names()), None);
    }

    #[test]
    fn distances() {
        let distance = |a: &str, b: &str, bound| {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            distance(&letters(a), &letters(b), bound)
        };
        assert_eq!(distance("build", "build", 3), 0);
        assert_eq!(distance("biuld", "build", 3), 1);
        assert_eq!(distance("uild", "build", 3), 1);
        assert_eq!(distance("builder", "build", 3), 2);
        assert_eq!(distance("buidlerx", "builder", 3), 2);
        assert_eq!(distance("abcdef", "xabcde", 3), 2);
        assert!(distance("abcdef", "uvwxyz", 3) > 3);
        assert!(distance("a", "abcdef", 3) > 3);
    }
}
