//! `RareSet`: a set in the order of insertion, of which most files have none.

use std::borrow::Borrow;
use std::hash::Hash;

use indexmap::IndexSet;
use indexmap::set::IntoIter;

/// A set in the order of insertion. An empty one takes no memory, and no state to hash with.
#[derive(Debug, Clone)]
pub(crate) struct RareSet<T>(Option<Box<IndexSet<T>>>);

impl<T> RareSet<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|set| set.is_empty())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flat_map(|set| set.iter())
    }
}

impl<T: Hash + Eq> RareSet<T> {
    pub(crate) fn insert(&mut self, item: T) {
        self.0.get_or_insert_default().insert(item);
    }

    pub(crate) fn get<Q: Hash + Eq + ?Sized>(&self, item: &Q) -> Option<&T>
    where
        T: Borrow<Q>,
    {
        self.0.as_ref()?.get(item)
    }

    pub(crate) fn contains<Q: Hash + Eq + ?Sized>(&self, item: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.get(item).is_some()
    }
}

impl<T> Default for RareSet<T> {
    fn default() -> RareSet<T> {
        RareSet(None)
    }
}

impl<T: Hash + Eq> Extend<T> for RareSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.insert(item);
        }
    }
}

impl<T: Hash + Eq> FromIterator<T> for RareSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> RareSet<T> {
        let mut set = RareSet::default();
        set.extend(items);
        set
    }
}

impl<T> IntoIterator for RareSet<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        let set = self.0.map_or_else(IndexSet::default, |set| *set);
        set.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_keep_their_order() {
        let mut set: RareSet<String> = RareSet::default();
        assert!(set.is_empty() && !set.contains("b"));
        set.extend(["b", "a", "b"].map(str::to_owned));
        assert!(set.contains("b") && set.get("c").is_none() && !set.is_empty());
        assert_eq!(set.iter().collect::<Vec<_>>(), ["b", "a"]);
        let again: RareSet<String> = set.into_iter().collect();
        assert_eq!(again.into_iter().collect::<Vec<_>>(), ["b", "a"]);
    }
}
