//! Sorting that is compiled once: each sort of a type of its own is a lot of code.

use std::cmp::Ordering;

/// The order of so many items by a comparison of their numbers; equal ones keep their order.
pub(crate) fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_keep_their_order() {
        let items = [2, 1, 2, 0, 1];
        let compare = |a: usize, b: usize| items.get(a).cmp(&items.get(b));
        assert_eq!(order(items.len(), &compare), [3, 1, 4, 0, 2]);
        assert!(order(0, &compare).is_empty());
    }
}
