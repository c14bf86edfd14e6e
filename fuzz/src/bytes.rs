//! Bytes as a source of choices: the same bytes, the same choices. When they are used up, every
//! choice is the first.

/// What is left of the bytes.
pub(crate) struct Bytes<'b>(&'b [u8]);

/// Pieces of texts that mean something somewhere in a Dockerfile.
const PIECES: &[&str] = &[
    "a",
    "b",
    "word",
    "/srv/app",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\\",
    "\\\n",
    "`",
    "`\n",
    "'",
    "\"",
    "\\\"",
    "$",
    "$V",
    "${V}",
    "${V:-x}",
    "${V:-$W}",
    "${V#*/}",
    "${V//a/b}",
    "$TARGETARCH",
    "$$",
    "\\$",
    "{",
    "}",
    "#",
    "# x",
    "=",
    "a=b",
    ",",
    ":",
    "://",
    "@",
    "*",
    "?",
    "[",
    "]",
    "[\"a\"]",
    "[\"a\", \"b\"]",
    "--",
    "--from=b",
    "--x",
    "<<E",
    "<<-E",
    "<<\"E\"",
    "E",
    "E\n",
    "\nRUN evil",
    " AS ",
    "FROM x",
    "NONE",
    "CMD",
    "&&",
    " && ",
    "|",
    ";",
    "~",
    "!",
    "%",
    "^",
    "é",
    "中",
    "\u{feff}",
    "\u{2028}",
    "\u{301}",
    "\u{1b}[31m",
    "\0",
    "\u{c}",
    "syntax=x",
    "escape=`",
    "check=skip=all",
    "scratch",
    "stage-0",
    "STAGE-0",
    "0",
    "1",
    "-1",
    "80",
    "0755",
    "latest",
    "sha256:0",
    ".",
    "..",
    "../",
    "/",
    "//",
];

impl<'b> Bytes<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Bytes<'b> {
        Bytes(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number below another, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// True for one byte in eight: for what is rare in files.
    pub(crate) fn seldom(&mut self) -> bool {
        self.byte() % 8 == 7
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Mostly one of the plain words, else anything.
    pub(crate) fn string(&mut self, plain: &[&str]) -> String {
        let kind = self.byte();
        if kind % 4 != 3 {
            return plain[usize::from(kind / 4) % plain.len()].to_owned();
        }
        let mut out = String::new();
        for _ in 0..=usize::from(kind / 4) % 6 {
            let choice = self.byte();
            match PIECES.get(usize::from(choice)) {
                Some(piece) => out.push_str(piece),
                None => out.extend(char::from_u32(u32::from(choice) * u32::from(self.byte()))),
            }
        }
        out
    }

    /// Up to so many of something.
    pub(crate) fn list<T>(&mut self, most: usize, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.below(most + 1);
        (0..count).map(|_| one(self)).collect()
    }

    /// Up to half of what is left, for something else.
    pub(crate) fn split(&mut self) -> Bytes<'b> {
        let middle = self.0.len() / 2;
        let (first, rest) = self.0.split_at(middle);
        self.0 = rest;
        Bytes(first)
    }

    /// All that is left, as text.
    pub(crate) fn rest(self) -> String {
        String::from_utf8_lossy(self.0).into_owned()
    }
}
