#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| multistage_fuzz::data(bytes));
