//! An allocator that counts for each thread what passes through it.
//!
//! A program that includes this file has it as its allocator.

#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[global_allocator]
static COUNTING: Counting = Counting;

thread_local! {
    static COUNTS: Cell<Counts> = const { Cell::new(Counts::NONE) };
}

/// What one thread has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// How often memory was asked for, or asked to grow.
    pub(crate) allocations: u64,
    /// The bytes that were asked for: of what grows, all that it grows to.
    pub(crate) bytes: u64,
    /// The bytes that are held now, and the most that ever were.
    held: i64,
    most: i64,
}

impl Counts {
    const NONE: Counts = Counts {
        allocations: 0,
        bytes: 0,
        held: 0,
        most: 0,
    };

    /// The most bytes that were held at one time, without those held before.
    pub(crate) fn peak(&self) -> u64 {
        u64::try_from(self.most).unwrap_or(0)
    }

    fn take(&mut self, bytes: usize) {
        self.allocations += 1;
        self.bytes += bytes as u64;
        self.hold(bytes as i64);
    }

    fn hold(&mut self, bytes: i64) {
        self.held += bytes;
        self.most = self.most.max(self.held);
    }
}

/// What this thread asks for during a call. What the call returns is dropped after that.
pub(crate) fn counted<R>(call: impl FnOnce() -> R) -> Counts {
    COUNTS.set(Counts::NONE);
    let result = call();
    let counts = COUNTS.get();
    drop(result);
    counts
}

struct Counting;

/// A thread that ends may ask for memory when its counts are gone.
fn count(change: impl FnOnce(&mut Counts)) {
    let _ = COUNTS.try_with(|cell| {
        let mut counts = cell.get();
        change(&mut counts);
        cell.set(counts);
    });
}

// SAFETY: every call goes to the system's allocator unchanged; counting asks for no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(|counts| counts.take(layout.size()));
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(|counts| counts.take(layout.size()));
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(|counts| counts.hold(-(layout.size() as i64)));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(|counts| {
            counts.hold(-(layout.size() as i64));
            if size > layout.size() {
                counts.take(size);
            } else {
                counts.hold(size as i64);
            }
        });
        unsafe { System.realloc(pointer, layout, size) }
    }
}
