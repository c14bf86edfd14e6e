//! Strings that try to be something other than data, and expressions made of such strings.

use proptest::prelude::*;
use proptest::sample::select;

/// What may be in one line of ASCII.
const LINE: &[&str] = &[
    " ",
    " ",
    "  ",
    "\t",
    "\r",
    "\u{b}",
    "\u{c}",
    "'",
    "'",
    "''",
    "\"",
    "\"",
    "\"\"",
    "\\",
    "\\",
    "\\\\",
    "\\\"",
    "\\'",
    "\\$",
    "\\ ",
    "\\n",
    "`",
    "`",
    "``",
    "`\"",
    "`$",
    "` ",
    "$",
    "$$",
    "\\$V",
    "`$V",
    "{",
    "}",
    "(",
    ")",
    "#",
    "# ",
    "#!",
    "<",
    "<<",
    "<<<",
    "<<EOF",
    "<<-EOF",
    "<<\"EOF\"",
    "<<'EOF'",
    " <<EOF",
    " << EOF",
    "3<<EOF",
    "<<E F",
    "$((1<<2))",
    " 1 << 2 ",
    "EOF",
    "EOF1",
    "[",
    "]",
    "[]",
    "[\"a\"]",
    "[\"a\", \"b\"]",
    "[1]",
    "[null]",
    "[\"a\",",
    "[[",
    "{}",
    "-",
    "--",
    "-- ",
    "--x",
    "--x=y",
    " --link ",
    "--from=b",
    "=",
    "a=b",
    " a=",
    ",",
    ",target=/",
    "type=ssh",
    ":",
    "::",
    "/",
    "//",
    "./",
    "../",
    "..",
    "*",
    "?",
    "[a-z]",
    "[^a]",
    "^",
    "~",
    "+",
    "!",
    "&&",
    " && ",
    "|",
    ";",
    "@",
    "%",
    "user@host:path",
    "https://h/p",
    "git://h/p",
    "a",
    "b",
    "A",
    "Z",
    "n",
    "0",
    "1",
    "9",
    "_",
    ".",
    "latest",
    "RUN",
    " RUN evil",
    "FROM x",
    " AS ",
    "CMD",
    "NONE",
    "ONBUILD ",
    "check=skip=all",
    "syntax=x",
    "escape=`",
    "# syntax=x",
    "\u{1}",
    "\u{8}",
    "\u{1b}[31m",
    "\u{7f}",
];

/// What is alive in an expression.
const DOLLARS: &[&str] = &[
    "$V", "$N", "$U", "$W", "$1", "$10", "$@", "$-", "$?", "${V}", "${N}", "${U}", "${W}", "${V",
    "${", "${}", "${:}", "${V:-", "${N:-", "${U-", "${V:+", "${U+", "${V:?", "${U?", "${V#",
    "${V##", "${V%", "${V%%", "${V/", "${V//", "/", "}", "}", "}", "\\}", "\\*", "\\?", "\\/",
    "\\\\", "*", "?", "foo", "o", "ba", "z", "${V:=x}", "${V^^}", "${#V}", "${!V}", "$V_", "$Vx",
];

/// What is not ASCII.
const WIDE: &[&str] = &[
    "é",
    "à",
    "ü",
    "ß",
    "中",
    "😀",
    "\u{80}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{2003}",
    "\u{3000}",
    "\u{200b}",
    "\u{202e}",
    "\u{301}",
    "\u{feff}",
    "\u{feff}#",
    "\u{fffd}",
    "\u{10ffff}",
    "٣",
    "İ",
    "ſ",
    "\u{212a}",
    "$é",
    "${é}",
    "$٣",
    "½",
    "$½",
    "Ⅷ",
    "$Ⅷ",
    "ा",
    "$aा",
    "$\u{345}",
];

/// What ends a line, or cannot be in a file at all.
const BREAKS: &[&str] = &[
    "\n",
    "\n",
    "\r\n",
    "\n\n",
    "\nRUN evil",
    "\nEOF\n",
    "\nEOF",
    "EOF\n",
    "\n\tEOF\n",
    "\n# x",
    "\n#",
    "\\\n",
    "`\n",
    " \\\n  ",
    "\nFROM x\n",
    "\n<<EOF\n",
    "\n && ",
    "\0",
];

/// Strings of every kind; `plain` are some that the position takes, to stay near to its grammar.
pub(crate) fn strings(plain: &'static [&'static str]) -> BoxedStrategy<String> {
    let token = || prop_oneof![5 => select(LINE), 1 => select(DOLLARS), 1 => select(WIDE), 1 => select(BREAKS)];
    let ascii = prop_oneof![6 => select(LINE), 1 => select(DOLLARS)];
    let line = prop_oneof![4 => select(LINE), 1 => select(DOLLARS), 2 => select(WIDE)];
    let short = prop_oneof![
        60 => joined(ascii, 6),
        40 => joined(line, 6),
        30 => joined(token(), 7),
        10 => joined(any::<char>().prop_map(String::from), 6),
        25 => select(plain).prop_map(String::from),
        15 => (select(plain), token()).prop_map(|(plain, token)| format!("{plain}{token}")),
        15 => (token(), select(plain)).prop_map(|(token, plain)| format!("{token}{plain}")),
        10 => (select(plain), token(), select(plain)).prop_map(|(a, token, b)| format!("{a}{token}{b}")),
    ];
    let long = (joined(token(), 3), 65_300..65_600_usize, joined(token(), 3))
        .prop_map(|(a, length, b)| format!("{a}{}{b}", "x".repeat(length)));
    prop_oneof![250 => short, 1 => long].boxed()
}

/// Expressions, most of which can be read.
pub(crate) fn expressions(plain: &'static [&'static str]) -> BoxedStrategy<String> {
    let text =
        || prop_oneof![3 => select(LINE), 1 => select(WIDE)].prop_map(|text| text.replace('$', ""));
    // What a modifier takes: nothing in it closes the braces early.
    let word = prop_oneof![
        3 => select(&["", "a", "foo", "ba", "*", "?", "o*", "\\*", "\\?", "\\\\", "\\}", "z", "#", "%"][..])
            .prop_map(String::from),
        2 => text().prop_map(|text| text.replace(['}', '/', '\\'], "")),
    ];
    let variable = word.prop_recursive(2, 6, 2, |inner| {
        let name = select(&["V", "N", "U", "W"][..]);
        let operator = select(&[":-", "-", ":+", "+", ":?", "?", "#", "##", "%", "%%"][..]);
        let word = || prop::collection::vec(inner.clone(), 0..3).prop_map(|words| words.concat());
        prop_oneof![
            2 => name.clone().prop_map(|name| format!("${name}")),
            2 => name.clone().prop_map(|name| format!("${{{name}}}")),
            4 => (name.clone(), operator, word()).prop_map(|(name, operator, word)| format!("${{{name}{operator}{word}}}")),
            2 => (name, select(&["/", "//"][..]), word(), word())
                .prop_map(|(name, operator, from, to)| format!("${{{name}{operator}{from}/{to}}}")),
        ]
    });
    let piece = prop_oneof![3 => text(), 1 => select(plain).prop_map(String::from), 3 => variable];
    let made = prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat());
    let broken = joined(
        prop_oneof![1 => select(LINE), 3 => select(DOLLARS), 1 => select(BREAKS)],
        6,
    );
    prop_oneof![4 => made, 2 => broken, 1 => strings(plain)].boxed()
}

fn joined<T: AsRef<str> + std::fmt::Debug>(
    token: impl Strategy<Value = T>,
    most: usize,
) -> impl Strategy<Value = String> {
    prop::collection::vec(token, 0..=most)
        .prop_map(|tokens| tokens.iter().map(AsRef::as_ref).collect())
}
