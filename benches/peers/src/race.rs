//! Times the same work of several, each in turn, so that what else the machine does meets all of
//! them.

use std::time::{Duration, Instant};

/// How long the calls of one round take together.
const BATCH: Duration = Duration::from_millis(5);

/// One that takes part.
pub(crate) struct Entry {
    name: &'static str,
    work: Box<dyn FnMut()>,
}

impl Entry {
    pub(crate) fn new(name: &'static str, work: Box<dyn FnMut()>) -> Entry {
        Entry { name, work }
    }

    /// Nanoseconds of one call, out of so many.
    fn call(&mut self, calls: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..calls {
            (self.work)();
        }
        start.elapsed().as_nanos() as f64 / f64::from(calls)
    }
}

/// The same work by several.
pub(crate) struct Race {
    title: &'static str,
    entries: Vec<Entry>,
}

/// How long each took.
pub(crate) struct Times {
    pub(crate) title: &'static str,
    medians: Vec<(&'static str, f64)>,
}

impl Race {
    pub(crate) fn new(title: &'static str, entries: Vec<Entry>) -> Race {
        Race { title, entries }
    }

    /// Runs so many rounds; for none, each is called once.
    pub(crate) fn run(mut self, rounds: usize) -> Times {
        // The first call warms up, the second says how many fit into a round.
        let calls: Vec<u32> = self
            .entries
            .iter_mut()
            .map(|entry| {
                let first = entry.call(1);
                let once = if rounds == 0 { first } else { entry.call(1) };
                (BATCH.as_nanos() as f64 / once).clamp(1.0, 1e6) as u32
            })
            .collect();
        let mut samples = vec![Vec::new(); self.entries.len()];
        for _ in 0..rounds.max(1) {
            for ((entry, calls), samples) in self.entries.iter_mut().zip(&calls).zip(&mut samples) {
                samples.push(entry.call(if rounds == 0 { 1 } else { *calls }));
            }
        }
        let names = self.entries.iter().map(|entry| entry.name);
        Times {
            title: self.title,
            medians: names.zip(samples.iter_mut().map(median)).collect(),
        }
    }
}

impl Times {
    pub(crate) fn time(&self, name: &str) -> Option<f64> {
        let mut medians = self.medians.iter();
        medians
            .find(|(entry, _)| *entry == name)
            .map(|(_, time)| *time)
    }
}

fn median(samples: &mut Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// Nanoseconds in the unit that suits them.
pub(crate) fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        _ if ns < 1e3 => (ns, "ns"),
        _ if ns < 1e6 => (ns / 1e3, "us"),
        _ => (ns / 1e6, "ms"),
    };
    if value < 10.0 {
        format!("{value:.2} {unit}")
    } else if value < 100.0 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}
