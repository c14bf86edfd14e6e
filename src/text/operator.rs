//! `Operator`: what a modifier of a variable does.

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The operator of a [`Modifier`](super::Modifier).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Operator { $($(#[$doc])* $name,)* }

        impl Operator {
            /// Returns the operator as it is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Operator::$name => $text,)* }
            }
        }
    };
}

operators! {
    /// `${V:-word}`: the word, if the variable is unset or empty.
    DefaultIfEmpty = ":-",
    /// `${V-word}`: the word, if the variable is unset.
    Default = "-",
    /// `${V:+word}`: the word, if the variable is set and not empty; else nothing.
    AlternativeIfFilled = ":+",
    /// `${V+word}`: the word, if the variable is set; else nothing.
    Alternative = "+",
    /// `${V:?word}`: an error with this message, if the variable is unset or empty.
    ErrorIfEmpty = ":?",
    /// `${V?word}`: an error with this message, if the variable is unset.
    Error = "?",
    /// `${V#pattern}`: without the shortest prefix that matches.
    RemovePrefix = "#",
    /// `${V##pattern}`: without the longest prefix that matches.
    RemoveLongestPrefix = "##",
    /// `${V%pattern}`: without the shortest suffix that matches.
    RemoveSuffix = "%",
    /// `${V%%pattern}`: without the longest suffix that matches.
    RemoveLongestSuffix = "%%",
    /// `${V/pattern/replacement}`: with the first match replaced.
    Replace = "/",
    /// `${V//pattern/replacement}`: with every match replaced.
    ReplaceAll = "//",
}

impl Operator {
    /// Returns `true` if the operand is a pattern. In a pattern, a backslash and the character
    /// after it stay together.
    pub fn takes_pattern(self) -> bool {
        matches!(
            self,
            Operator::RemovePrefix
                | Operator::RemoveLongestPrefix
                | Operator::RemoveSuffix
                | Operator::RemoveLongestSuffix
                | Operator::Replace
                | Operator::ReplaceAll
        )
    }

    /// Returns `true` for `/` and `//`, which a second word follows: the replacement.
    pub fn takes_replacement(self) -> bool {
        matches!(self, Operator::Replace | Operator::ReplaceAll)
    }
}
