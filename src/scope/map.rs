//! `Map`: a map that a stage shares with the stage that it starts from.

use std::cell::OnceCell;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use smol_str::SmolStr;

/// A map of names. A clone costs nothing, and an entry that is set in a clone costs one small node,
/// or a handful of them in a large map, so that a long chain of stages costs what is written in it.
#[derive(Debug, Clone)]
pub(crate) struct Map<V>(Repr<V>);

#[derive(Debug, Clone)]
enum Repr<V> {
    /// The entry that was set last, with those before it, and how many they are together. One of
    /// the same key hides an older one.
    Few(u32, Option<Arc<Link<V>>>),
    /// A tree, and the place that its next new entry has in the order.
    Many(u32, Arc<Node<V>>),
}

#[derive(Debug)]
struct Link<V> {
    key: SmolStr,
    value: V,
    older: Option<Arc<Link<V>>>,
}

/// The number of entries that are looked through one after the other.
const FEW: u32 = 12;

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
    place: u32,
    value: V,
}

/// The number of bits of a hash that choose a child.
const BITS: u32 = 5;

impl<V> Default for Map<V> {
    fn default() -> Map<V> {
        Map(Repr::Few(0, None))
    }
}

impl<V: Clone> Map<V> {
    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        match &self.0 {
            Repr::Few(_, newest) => {
                let mut next = newest.as_deref();
                while let Some(link) = next {
                    if link.key == key {
                        return Some(&link.value);
                    }
                    next = link.older.as_deref();
                }
                None
            }
            Repr::Many(_, root) => root.get(key),
        }
    }

    /// Returns `true` if this is the map that another one was made from, unchanged since.
    pub(crate) fn is_same(&self, other: &Map<V>) -> bool {
        match (&self.0, &other.0) {
            (Repr::Few(_, Some(a)), Repr::Few(_, Some(b))) => Arc::ptr_eq(a, b),
            (Repr::Many(_, a), Repr::Many(_, b)) => Arc::ptr_eq(a, b),
            _ => self.is_empty() && other.is_empty(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self.0, Repr::Few(_, None))
    }

    pub(crate) fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets an entry; one that is there keeps its place in the order.
    pub(crate) fn insert(&mut self, key: impl Into<SmolStr>, value: V) {
        self.set(key.into(), value);
    }

    fn set(&mut self, key: SmolStr, value: V) {
        match &mut self.0 {
            Repr::Few(count, newest) if *count < FEW => {
                *count += 1;
                let older = newest.take();
                *newest = Some(Arc::new(Link { key, value, older }));
            }
            Repr::Few(..) => {
                let entries = self.entries().into_iter().zip(0..);
                let mut entries = entries.map(|((key, value), place)| Entry {
                    hash: hash(key),
                    key: key.clone(),
                    place,
                    value: value.clone(),
                });
                let Some(first) = entries.next() else { return };
                let mut next = 1;
                let mut root = Node::Leaf(first);
                for entry in entries {
                    root.insert(entry, 0);
                    next += 1;
                }
                self.0 = Repr::Many(next, Arc::new(root));
                self.set(key, value);
            }
            Repr::Many(next, root) => {
                let entry = Entry {
                    hash: hash(&key),
                    key,
                    place: *next,
                    value,
                };
                if Arc::make_mut(root).insert(entry, 0) {
                    *next = next.saturating_add(1);
                }
            }
        }
    }

    /// The entries that are new or other than in a map that this one was made from, by name. What
    /// they share is not looked at.
    pub(crate) fn changes(&self, older: &Map<V>) -> Vec<(&SmolStr, &V)>
    where
        V: PartialEq,
    {
        let Repr::Many(_, root) = &self.0 else {
            let mut found = self.entries();
            found.retain(|(key, value)| older.get(key) != Some(*value));
            found.sort_unstable_by_key(|(key, _)| *key);
            return found;
        };
        let old = match &older.0 {
            Repr::Many(_, root) => Some(root),
            Repr::Few(..) => None,
        };
        let mut found: Vec<(&SmolStr, &V)> = Vec::new();
        let mut todo = vec![(root, old)];
        while let Some((new, old)) = todo.pop() {
            if old.is_some_and(|old| Arc::ptr_eq(old, new)) {
                continue;
            }
            match (&**new, old.map(Arc::as_ref)) {
                (Node::Branch(bits, children), Some(Node::Branch(old_bits, old_children))) => {
                    for (nth, child) in (0..32).filter(|nth| bits & (1 << nth) != 0).zip(children) {
                        let bit = 1_u32 << nth;
                        let at = (old_bits & (bit - 1)).count_ones() as usize;
                        let old = old_children.get(at).filter(|_| old_bits & bit != 0);
                        todo.push((child, old));
                    }
                }
                (Node::Branch(_, children), old_node) => {
                    // Whatever the old node holds lies below one of the children.
                    let old = old_node.and(old);
                    todo.extend(children.iter().map(|child| (child, old)));
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
        let root = match &self.0 {
            Repr::Few(_, newest) => return oldest_first(newest.as_deref()),
            Repr::Many(_, root) => root,
        };
        let mut found: Vec<&Entry<V>> = Vec::new();
        let mut todo: Vec<&Node<V>> = vec![root];
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

/// The entries of a short list, in the order in which they were first set.
fn oldest_first<V>(newest: Option<&Link<V>>) -> Vec<(&SmolStr, &V)> {
    let mut links: Vec<&Link<V>> = Vec::new();
    let mut next = newest;
    while let Some(link) = next {
        links.push(link);
        next = link.older.as_deref();
    }
    let mut found: Vec<(&SmolStr, &V)> = Vec::with_capacity(links.len());
    for link in links.into_iter().rev() {
        match found.iter_mut().find(|(key, _)| **key == link.key) {
            Some((_, value)) => *value = &link.value,
            None => found.push((&link.key, &link.value)),
        }
    }
    found
}

impl<V: Clone> Node<V> {
    fn get(&self, key: &str) -> Option<&V> {
        let hash = hash(key);
        let mut node = self;
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

/// A map that is made when it is asked for first.
pub(crate) struct LazyMap<'f, V> {
    map: OnceCell<Map<V>>,
    make: &'f dyn Fn() -> Map<V>,
}

impl<'f, V> LazyMap<'f, V> {
    pub(crate) fn new(make: &'f dyn Fn() -> Map<V>) -> LazyMap<'f, V> {
        LazyMap {
            map: OnceCell::new(),
            make,
        }
    }

    pub(crate) fn get(&self) -> &Map<V> {
        self.map.get_or_init(self.make)
    }

    /// Changes the map.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Map<V>)) {
        let mut map = self.map.take().unwrap_or_else(self.make);
        change(&mut map);
        let _ = self.map.set(map);
    }
}

impl<V: fmt::Debug> fmt::Debug for LazyMap<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.map.fmt(f)
    }
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
    fn an_entry_that_is_set_again() {
        for count in [3, FEW, FEW + 1, 100] {
            let mut map = Map::default();
            for n in 0..count {
                map.insert(format!("k{n}"), n);
            }
            let before = map.clone();
            map.insert("k0", 7);
            map.insert("k1", 8);
            assert!(!map.is_same(&before) && before.is_same(&before.clone()));
            assert_eq!((map.get("k0"), before.get("k0")), (Some(&7), Some(&0)));
            let entries = map.entries();
            assert_eq!(entries.len(), count as usize);
            let first: Vec<u32> = entries.iter().take(3).map(|(_, value)| **value).collect();
            assert_eq!(first, [7, 8, 2]);
            let changes = map.changes(&before);
            let changes = changes.iter().map(|(key, _)| key.as_str());
            assert_eq!(Vec::from_iter(changes), ["k0", "k1"]);
        }
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
        let map = Map(Repr::Many(3, Arc::new(node)));
        assert_eq!(map.entries().len(), 3);
    }
}
