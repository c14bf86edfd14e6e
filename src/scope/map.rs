//! `Map`: a map that a stage shares with the stage that it starts from.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use smol_str::SmolStr;

/// A map of names. A clone costs nothing, and an entry that is set in a clone costs a handful of
/// small nodes, so that a long chain of stages costs what is written in it.
#[derive(Debug, Clone)]
pub(crate) struct Map<V> {
    root: Option<Arc<Node<V>>>,
    /// The place that the next new entry has in the order.
    next: usize,
}

#[derive(Debug, Clone)]
enum Node<V> {
    Leaf(Entry<V>),
    /// The children whose bits are set, in the order of the bits.
    Branch(u32, Vec<Arc<Node<V>>>),
    /// Entries whose hashes are equal.
    Clash(Vec<Entry<V>>),
}

#[derive(Debug, Clone)]
struct Entry<V> {
    hash: u64,
    key: SmolStr,
    place: usize,
    value: V,
}

/// The number of bits of a hash that choose a child.
const BITS: u32 = 5;

impl<V> Default for Map<V> {
    fn default() -> Map<V> {
        Map {
            root: None,
            next: 0,
        }
    }
}

impl<V: Clone> Map<V> {
    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        let hash = hash(key);
        let mut node = self.root.as_deref()?;
        let mut shift = 0;
        loop {
            match node {
                Node::Leaf(entry) => return (entry.key == key).then_some(&entry.value),
                Node::Clash(entries) => {
                    let found = entries.iter().find(|entry| entry.key == key);
                    return found.map(|entry| &entry.value);
                }
                Node::Branch(bits, children) => {
                    let (bit, at) = slot(*bits, hash, shift);
                    if bits & bit == 0 {
                        return None;
                    }
                    node = children.get(at)?;
                    shift += BITS;
                }
            }
        }
    }

    /// Returns `true` if this is the map that another one was made from, unchanged since.
    pub(crate) fn is_same(&self, other: &Map<V>) -> bool {
        match (&self.root, &other.root) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets an entry; one that is there keeps its place in the order.
    pub(crate) fn insert(&mut self, key: impl Into<SmolStr>, value: V) {
        let key = key.into();
        let entry = Entry {
            hash: hash(&key),
            key,
            place: self.next,
            value,
        };
        let added = match &mut self.root {
            None => {
                self.root = Some(Arc::new(Node::Leaf(entry)));
                true
            }
            Some(root) => Arc::make_mut(root).insert(entry, 0),
        };
        if added {
            self.next += 1;
        }
    }

    /// The entries that are new or other than in a map that this one was made from, by name. What
    /// they share is not looked at.
    pub(crate) fn changes(&self, older: &Map<V>) -> Vec<(&SmolStr, &V)>
    where
        V: PartialEq,
    {
        let mut found: Vec<(&SmolStr, &V)> = Vec::new();
        let mut todo = vec![(self.root.as_ref(), older.root.as_ref())];
        while let Some((new, old)) = todo.pop() {
            let Some(new) = new else { continue };
            if old.is_some_and(|old| Arc::ptr_eq(old, new)) {
                continue;
            }
            match (&**new, old.map(Arc::as_ref)) {
                (Node::Branch(bits, children), Some(Node::Branch(old_bits, old_children))) => {
                    for (nth, child) in (0..32).filter(|nth| bits & (1 << nth) != 0).zip(children) {
                        let bit = 1_u32 << nth;
                        let at = (old_bits & (bit - 1)).count_ones() as usize;
                        let old = old_children.get(at).filter(|_| old_bits & bit != 0);
                        todo.push((Some(child), old));
                    }
                }
                (Node::Branch(_, children), old_node) => {
                    // Whatever the old node holds lies below one of the children.
                    let old = old_node.and(old);
                    todo.extend(children.iter().map(|child| (Some(child), old)));
                }
                (Node::Leaf(entry), _) => found.push((&entry.key, &entry.value)),
                (Node::Clash(entries), _) => {
                    found.extend(entries.iter().map(|entry| (&entry.key, &entry.value)));
                }
            }
        }
        found.retain(|(key, value)| older.get(key) != Some(*value));
        found.sort_unstable_by_key(|(key, _)| *key);
        found
    }

    /// The entries in the order in which they were first set.
    pub(crate) fn entries(&self) -> Vec<(&SmolStr, &V)> {
        let mut found: Vec<&Entry<V>> = Vec::with_capacity(self.next);
        let mut todo: Vec<&Node<V>> = self.root.as_deref().into_iter().collect();
        while let Some(node) = todo.pop() {
            match node {
                Node::Leaf(entry) => found.push(entry),
                Node::Clash(entries) => found.extend(entries),
                Node::Branch(_, children) => todo.extend(children.iter().map(Arc::as_ref)),
            }
        }
        found.sort_unstable_by_key(|entry| entry.place);
        found
            .into_iter()
            .map(|entry| (&entry.key, &entry.value))
            .collect()
    }
}

impl<V: Clone> Node<V> {
    /// Returns `true` if the entry is new. The depth is bounded by the bits of a hash.
    fn insert(&mut self, entry: Entry<V>, shift: u32) -> bool {
        match self {
            Node::Branch(bits, children) => {
                let (bit, at) = slot(*bits, entry.hash, shift);
                match children.get_mut(at).filter(|_| *bits & bit != 0) {
                    Some(child) => Arc::make_mut(child).insert(entry, shift + BITS),
                    None => {
                        *bits |= bit;
                        children.insert(at.min(children.len()), Arc::new(Node::Leaf(entry)));
                        true
                    }
                }
            }
            Node::Clash(entries) => match entries.iter_mut().find(|old| old.key == entry.key) {
                Some(old) => {
                    old.value = entry.value;
                    false
                }
                None => {
                    entries.push(entry);
                    true
                }
            },
            Node::Leaf(old) if old.key == entry.key => {
                old.value = entry.value;
                false
            }
            Node::Leaf(old) => {
                let old = old.clone();
                *self = if shift >= u64::BITS {
                    Node::Clash(vec![old, entry])
                } else {
                    let (bit, _) = slot(0, old.hash, shift);
                    let mut branch = Node::Branch(bit, vec![Arc::new(Node::Leaf(old))]);
                    branch.insert(entry, shift);
                    branch
                };
                true
            }
        }
    }
}

/// The bit of a child, and its place among those that are there.
fn slot(bits: u32, hash: u64, shift: u32) -> (u32, usize) {
    let nth = (hash >> shift.min(u64::BITS - 1)) & ((1 << BITS) - 1);
    let bit = 1_u32 << nth;
    ((bit), (bits & (bit - 1)).count_ones() as usize)
}

/// The same everywhere and always: the order of a map does not depend on it, only its shape.
fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_order() {
        let mut map = Map::default();
        for n in 0..5000 {
            map.insert(format!("k{n}"), n);
        }
        map.insert("k7", 70);
        assert_eq!(map.get("k7"), Some(&70));
        assert_eq!(map.get("k4999"), Some(&4999));
        assert_eq!(map.get("k5000"), None);
        let entries = map.entries();
        assert_eq!(entries.len(), 5000);
        assert_eq!(
            entries.get(7).map(|(key, value)| (key.as_str(), **value)),
            Some(("k7", 70))
        );
        assert!(
            entries
                .iter()
                .enumerate()
                .all(|(n, (key, _))| *key == &format!("k{n}"))
        );
    }

    #[test]
    fn a_clone_is_apart() {
        let mut parent = Map::default();
        parent.insert("a", 1);
        let mut child = parent.clone();
        child.insert("a", 2);
        child.insert("b", 3);
        assert_eq!((parent.get("a"), parent.get("b")), (Some(&1), None));
        assert_eq!((child.get("a"), child.get("b")), (Some(&2), Some(&3)));
    }

    #[test]
    fn what_has_changed() {
        let mut old = Map::default();
        for n in 0..100 {
            old.insert(format!("k{n}"), n);
        }
        let mut new = old.clone();
        new.insert("k7", 7);
        new.insert("k8", 80);
        new.insert("z", 1);
        let changes: Vec<(&str, i32)> = new
            .changes(&old)
            .into_iter()
            .map(|(key, value)| (key.as_str(), *value))
            .collect();
        assert_eq!(changes, [("k8", 80), ("z", 1)]);
        assert_eq!(new.changes(&Map::default()).len(), 101);
        assert!(old.changes(&old.clone()).is_empty());
    }

    #[test]
    fn equal_hashes() {
        let entry = |key: &str, value: i32| Entry {
            hash: 7,
            key: key.into(),
            place: 0,
            value,
        };
        let mut node = Node::Leaf(entry("a", 1));
        assert!(node.insert(entry("b", 2), 0));
        assert!(node.insert(entry("c", 3), 0));
        assert!(!node.insert(entry("b", 4), 0));
        let map = Map {
            root: Some(Arc::new(node)),
            next: 3,
        };
        assert_eq!(map.entries().len(), 3);
    }
}
