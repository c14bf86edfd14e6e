//! A model as data: it comes back, what is wrong is said with its path, the schema agrees.

mod round;
