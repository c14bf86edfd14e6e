//! Files that are written, checked and kept up to date, whatever is in the way.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};
use std::{env, iter};

use multistage::{
    Dockerfile, Stage, StageName,
    generated::{FileError, GeneratedFile, OutDir, Written},
};
use proptest::prelude::*;

/// What a child process of these tests does, and where.
const CHILD: &str = "MULTISTAGE_TEST_CHILD";
const FOLDER: &str = "MULTISTAGE_TEST_FOLDER";

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("freshness")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("it can be made");
    folder
}

#[track_caller]
fn write(path: &Path, text: &str) -> Written {
    GeneratedFile::new(path, text)
        .write_if_changed()
        .expect("it can be written")
}

/// The error of writing and that of checking, without the path.
#[track_caller]
fn refused(path: &Path) -> String {
    let file = GeneratedFile::new(path, "new\n");
    let error = file.write_if_changed().expect_err("it cannot be written");
    assert!(matches!(error, FileError::Failed(_)), "{error}");
    let error = error.to_string();
    let start = format!("cannot write `{}`: ", path.display());
    error.strip_prefix(&start).expect(&error).to_owned()
}

#[track_caller]
fn stale(path: &Path, text: &str) -> String {
    let error = GeneratedFile::new(path, text)
        .verify()
        .expect_err("it is another text");
    assert!(matches!(error, FileError::Stale(_)), "{error}");
    let folder = path.parent().expect("it is in a folder").display();
    error.to_string().replace(&format!("{folder}/"), "")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("it is a folder")
        .map(|entry| {
            let entry = entry.expect("it can be listed");
            entry.file_name().to_string_lossy().into_owned()
        })
        .collect();
    names.sort();
    names
}

fn modified(path: &Path) -> SystemTime {
    let metadata = fs::metadata(path).expect("it is there");
    metadata.modified().expect("it has a time")
}

/// Whether files are written that these tests want to see rejected.
fn updating() -> bool {
    let updating = env::var("MULTISTAGE_UPDATE").is_ok_and(|wish| wish == "1");
    if updating {
        println!("skipped: MULTISTAGE_UPDATE writes what is out of date");
    }
    updating
}

#[test]
fn what_is_the_same_is_not_touched() {
    let folder = folder("same");
    let path = folder.join("Dockerfile");
    assert_eq!(write(&path, "a\nb\n"), Written::Created);
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let set = |path: &Path| {
        let file = File::options().write(true).open(path).expect("it is there");
        file.set_modified(long_ago).expect("it can be set");
    };
    set(&path);
    assert_eq!(write(&path, "a\nb\n"), Written::Unchanged);
    assert_eq!(modified(&path), long_ago);
    assert_eq!(write(&path, "a\nc\n"), Written::Updated);
    assert_ne!(modified(&path), long_ago);
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "a\nc\n");

    fs::write(&path, "a\r\nb\r\n").expect("it can be written");
    set(&path);
    assert_eq!(write(&path, "a\nb\n"), Written::Unchanged);
    assert_eq!(modified(&path), long_ago);
    assert!(GeneratedFile::new(&path, "a\nb\n").verify().is_ok());
    assert_eq!(names(&folder), ["Dockerfile"]);
}

#[test]
fn line_ends_of_the_text_itself_count() {
    let path = folder("line-ends").join("Dockerfile");
    write(&path, "a\r\nb\n");
    assert_eq!(write(&path, "a\r\nb\n"), Written::Unchanged);
    assert_eq!(write(&path, "a\nb\n"), Written::Unchanged);
    fs::write(&path, "a\nb\n").expect("it can be written");
    assert_eq!(write(&path, "a\r\nb\n"), Written::Updated);
    assert_eq!(write(&path, "a\rb\n"), Written::Updated);
    assert_eq!(write(&path, "a\nb\n"), Written::Updated);
}

#[test]
fn a_dockerfile_writes_itself() {
    if updating() {
        return;
    }
    let folder = folder("dockerfile");
    let path = folder.join("Dockerfile");
    let mut file = Dockerfile::new();
    file.push(Stage::new("alpine"));
    assert_eq!(
        file.verify_file(&path)
            .expect_err("there is none")
            .to_string(),
        format!(
            "`{}` does not exist\nhelp: generate it again",
            path.display()
        )
    );
    assert_eq!(
        file.verify_or_update(&path)
            .expect_err("there is none")
            .to_string(),
        format!(
            "`{}` does not exist\nhelp: run this test with `MULTISTAGE_UPDATE=1` in its environment",
            path.display()
        )
    );
    assert_eq!(file.write_if_changed(&path).ok(), Some(Written::Created));
    assert!(file.verify_file(&path).is_ok());
    assert!(file.verify_or_update(&path).is_ok());

    file.push(Stage::new("scratch").copy_from(StageName::new("nope"), "/a", "/b"));
    for error in [
        file.write_if_changed(&path).map(|_| ()),
        file.verify_file(&path),
        file.verify_or_update(&path),
    ] {
        let error = error.expect_err("it has an error");
        assert!(matches!(&error, FileError::Invalid(report) if !report.is_empty()));
        assert!(
            error.to_string().starts_with("error[unknown-stage]"),
            "{error}"
        );
    }
    assert_eq!(
        fs::read_to_string(&path).expect("it stays"),
        "FROM alpine\n"
    );
}

#[test]
fn a_check_shows_what_differs() {
    if updating() {
        return;
    }
    let path = folder("stale").join("Dockerfile");
    fs::write(&path, "a\r\nb\r\nc").expect("it can be written");
    assert_eq!(
        stale(&path, "a\nB\nc\n"),
        "\
`Dockerfile` is out of date:
--- Dockerfile
+++ generated
@@ -1,3 +1,3 @@
 a
-b
-c
\\ No newline at end of file
+B
+c
help: generate it again"
    );
    fs::write(&path, b"\xff\x1b[2J\ta\n").expect("it can be written");
    assert_eq!(
        stale(&path, ""),
        "\
`Dockerfile` is out of date:
--- Dockerfile
+++ generated
@@ -1 +0,0 @@
-\u{fffd}\\u{1b}[2J\ta
help: generate it again"
    );
    fs::write(&path, "").expect("it can be written");
    let long: String = (0..1000).map(|n| format!("{n}\n")).collect();
    let shown = stale(&path, &long);
    assert_eq!(shown.lines().count(), 103);
    assert!(
        shown.ends_with("+96\n... and 903 more lines\nhelp: generate it again"),
        "{shown}"
    );

    let file = GeneratedFile::new(&path, "x").command("make docker");
    for error in [file.verify(), file.verify_or_update()] {
        let error = error.expect_err("it is empty");
        assert!(
            error.to_string().ends_with("help: run `make docker`"),
            "{error}"
        );
        assert_eq!(format!("{error:?}"), error.to_string());
        let FileError::Stale(stale) = error else {
            panic!("it is out of date");
        };
        assert!(stale.exists());
        assert_eq!(stale.path(), path);
    }
}

#[test]
fn what_cannot_be_written_is_an_error_that_says_what_to_do() {
    let folder = folder("refused");
    let sub = folder.join("sub");
    fs::create_dir(&sub).expect("it can be made");
    assert_eq!(
        refused(&sub),
        "it is a folder\nhelp: give the path of a file"
    );
    assert_eq!(
        refused(&folder.join("missing").join("Dockerfile")),
        format!(
            "`{}` does not exist\nhelp: make that folder first, or give another path",
            folder.join("missing").display()
        )
    );
    fs::write(folder.join("file"), "old\n").expect("it can be written");
    let below = refused(&folder.join("file").join("Dockerfile"));
    assert!(
        below.ends_with("help: give a path whose folders are folders"),
        "{below}"
    );
    for path in ["", "/", "..", "."] {
        assert_eq!(
            refused(Path::new(path)),
            "this is not the path of a file\nhelp: give a path with a file name, such as `Dockerfile`",
        );
    }
    let long = refused(&folder.join("a".repeat(300)));
    assert!(long.contains("help: "), "{long}");
    let nul = refused(&folder.join("a\0b"));
    assert!(nul.ends_with("help: give another path"), "{nul}");

    let longest = folder.join("a".repeat(255));
    assert_eq!(write(&longest, "a"), Written::Created);
    assert_eq!(write(&longest, "b"), Written::Updated);
    fs::remove_file(longest).expect("it is there");

    let error = GeneratedFile::new(&sub, "").verify().expect_err("a folder");
    assert!(error.to_string().starts_with("cannot check `"), "{error}");
    assert_eq!(names(&folder), ["file", "sub"]);
    assert_eq!(names(&sub), [""; 0]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        let metadata = fs::metadata(path).expect("it is there");
        metadata.permissions().mode() & 0o7777
    }

    #[test]
    fn permissions_stay() {
        let folder = folder("permissions");
        let path = folder.join("Dockerfile");
        for wanted in [0o600, 0o640, 0o664, 0o755] {
            fs::write(&path, wanted.to_string()).expect("it can be written");
            fs::set_permissions(&path, fs::Permissions::from_mode(wanted)).expect("it is ours");
            assert_eq!(write(&path, "new\n"), Written::Updated);
            assert_eq!(mode(&path), wanted);
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("it is ours");
        assert_eq!(write(&path, "new\n"), Written::Unchanged);
        fs::write(folder.join("reference"), "").expect("it can be written");
        write(&folder.join("new"), "");
        assert_eq!(mode(&folder.join("new")), mode(&folder.join("reference")));

        let other = folder.join("other");
        fs::write(&other, "old\n").expect("it can be written");
        fs::set_permissions(&other, fs::Permissions::from_mode(0o444)).expect("it is ours");
        assert_eq!(
            refused(&other),
            "it is read-only\nhelp: make it writable, or remove it"
        );
        assert_eq!(names(&folder), ["Dockerfile", "new", "other", "reference"]);
    }

    #[test]
    fn the_owner_stays() {
        let path = folder("owner").join("Dockerfile");
        fs::write(&path, "old\n").expect("it can be written");
        if chown(&path, Some(12_345), Some(54_321)).is_err() {
            println!("skipped: only root can give a file away");
            return;
        }
        write(&path, "new\n");
        let metadata = fs::metadata(&path).expect("it is there");
        assert_eq!((metadata.uid(), metadata.gid()), (12_345, 54_321));
    }

    #[test]
    fn links_are_followed_or_refused() {
        let folder = folder("links");
        let (there, here) = (folder.join("there"), folder.join("here"));
        fs::create_dir(&there).expect("it can be made");
        fs::create_dir(&here).expect("it can be made");
        fs::write(there.join("Dockerfile"), "old\n").expect("it can be written");
        let link = here.join("Dockerfile");
        symlink("../there/Dockerfile", &link).expect("it can be made");
        assert_eq!(write(&link, "old\n"), Written::Unchanged);
        assert_eq!(write(&link, "new\n"), Written::Updated);
        let metadata = fs::symlink_metadata(&link).expect("it is there");
        assert!(metadata.is_symlink());
        let text = fs::read_to_string(there.join("Dockerfile"));
        assert_eq!(text.expect("it is there"), "new\n");
        assert_eq!(names(&here), ["Dockerfile"]);
        assert_eq!(names(&there), ["Dockerfile"]);

        let broken = here.join("broken");
        symlink("nowhere", &broken).expect("it can be made");
        assert_eq!(
            refused(&broken),
            "it is a link to what does not exist\nhelp: remove the link, or make it lead to a file"
        );
        let circle = here.join("circle");
        symlink("circle", &circle).expect("it can be made");
        let error = refused(&circle);
        assert!(
            error.starts_with("it is a link that cannot be followed: "),
            "{error}"
        );
        let to_folder = here.join("folder");
        symlink("../there", &to_folder).expect("it can be made");
        assert_eq!(
            refused(&to_folder),
            "it is a folder\nhelp: give the path of a file"
        );
        let error = GeneratedFile::new(&broken, "")
            .verify()
            .expect_err("a broken link");
        assert!(matches!(error, FileError::Failed(_)), "{error}");
        assert_eq!(names(&here), ["Dockerfile", "broken", "circle", "folder"]);
        assert_eq!(names(&there), ["Dockerfile"]);
    }

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let expected = "it is not a regular file\nhelp: give the path of a file";
        assert_eq!(refused(Path::new("/dev/null")), expected);
        let socket = folder("socket").join("s");
        match std::os::unix::net::UnixListener::bind(&socket) {
            Ok(_listener) => assert_eq!(refused(&socket), expected),
            Err(error) => println!("skipped: no socket in {}: {error}", socket.display()),
        }
    }

    /// Runs a child with a file system of its own, where the machine allows that.
    fn mounted(name: &str, options: &str, child: &str) {
        let folder = folder(name);
        let script = format!(
            "mount -t tmpfs -o {options} tmpfs \"${FOLDER}\" && exec \"$0\" \"$@\" || exit 99"
        );
        let mut command = Command::new("unshare");
        command
            .args(["-r", "-m", "sh", "-c", &script])
            .arg(env::current_exe().expect("this test"));
        let Ok(output) = prepare(&mut command, child, &folder).output() else {
            println!("skipped: there is no `unshare`");
            return;
        };
        let text = String::from_utf8_lossy(&output.stdout);
        if !text.contains("child starts") {
            println!("skipped: no file system can be mounted: {output:?}");
            return;
        }
        assert!(
            text.contains("child done") && output.status.success(),
            "{output:?}"
        );
    }

    #[test]
    fn a_full_disk() {
        mounted("full", "size=64k", "full");
    }

    #[test]
    fn a_read_only_folder() {
        mounted("read-only", "size=64k", "read-only");
    }
}

/// Makes a program that runs this one run a part of [`in_a_process_of_its_own`].
fn prepare<'c>(command: &'c mut Command, child: &str, folder: &Path) -> &'c mut Command {
    command
        .args([
            "--exact",
            "freshness::in_a_process_of_its_own",
            "--nocapture",
        ])
        .env(CHILD, child)
        .env(FOLDER, folder)
        .env_remove("OUT_DIR")
        .env_remove("CARGO")
        .env_remove("MULTISTAGE_UPDATE")
}

/// Runs a child and returns what it prints.
#[track_caller]
fn run(child: &str, folder: &Path, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env::current_exe().expect("this test"));
    let output = prepare(&mut command, child, folder)
        .envs(variables.iter().copied())
        .output()
        .expect("it can be run");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && out.contains("child done"),
        "{output:?}"
    );
    out
}

/// The parts of the other tests that need an environment, a folder or a file system of their own.
#[test]
fn in_a_process_of_its_own() {
    let (Ok(child), Some(folder)) = (env::var(CHILD), env::var_os(FOLDER)) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let path = folder.join("Dockerfile");
    println!("child starts");
    match child.as_str() {
        "writer" => {
            let text = env::var("TEXT").expect("it is given");
            for _ in 0..200 {
                write(&path, &text);
            }
        }
        "update" => {
            let file = GeneratedFile::new(&path, "new\n");
            println!("{:?}", file.verify_or_update().is_ok());
        }
        "relative" => {
            env::set_current_dir(&folder).expect("it is there");
            assert_eq!(write(Path::new("Dockerfile"), "a"), Written::Created);
            assert_eq!(write(Path::new("./Dockerfile"), "b"), Written::Updated);
            assert_eq!(write(Path::new("Dockerfile"), "b"), Written::Unchanged);
        }
        "out-dir" => match OutDir::from_env() {
            Ok(out) => {
                let out = out
                    .rerun_if_changed("build.rs")
                    .rerun_if_env_changed("VERSION");
                println!("{:?}", out.write("Dockerfile", "FROM alpine\n"));
                for name in ["../x", "/x", "", ".", "a/../x", "outside/x", "link"] {
                    println!(
                        "{name}: {:?}",
                        out.write(name, "").map_err(|error| error.to_string())
                    );
                }
                for line in ["a\nb", ""] {
                    let out = OutDir::from_env().expect("as above").rerun_if_changed(line);
                    println!(
                        "{line:?}: {:?}",
                        out.write("y", "").map_err(|error| error.to_string())
                    );
                }
            }
            Err(error) => println!("{error}"),
        },
        "full" => {
            write(&path, "old\n");
            let large = "a".repeat(1 << 20);
            let error = GeneratedFile::new(&path, &large)
                .write_if_changed()
                .expect_err("there is no room");
            assert!(
                error
                    .to_string()
                    .ends_with("help: make room, and try again"),
                "{error}"
            );
            assert_eq!(names(&folder), ["Dockerfile"]);
            assert_eq!(fs::read_to_string(&path).expect("it stays"), "old\n");
            let other = folder.join("other");
            assert!(
                GeneratedFile::new(&other, &large)
                    .write_if_changed()
                    .is_err()
            );
            assert_eq!(names(&folder), ["Dockerfile"]);
            assert_eq!(write(&path, "new\n"), Written::Updated);
        }
        "read-only" => {
            write(&path, "old\n");
            let status = Command::new("mount")
                .args(["-o", "remount,ro"])
                .arg(&folder)
                .status();
            assert!(
                status.is_ok_and(|status| status.success()),
                "it was mounted"
            );
            for path in [&path, &folder.join("other")] {
                let error = refused(path);
                let help = "help: give a path on a file system that can be written to";
                assert!(error.ends_with(help), "{error}");
            }
            assert_eq!(write(&path, "old\n"), Written::Unchanged);
            assert_eq!(names(&folder), ["Dockerfile"]);
        }
        other => panic!("no part is called {other}"),
    }
    println!("child done");
}

#[test]
fn two_processes_at_once_leave_one_whole_text() {
    let folder = folder("two");
    let path = folder.join("Dockerfile");
    let texts = ["a".repeat(50_000), "b".repeat(60_000)];
    write(&path, &texts[0]);
    let mut children: Vec<_> = texts
        .iter()
        .map(|text| {
            let mut command = Command::new(env::current_exe().expect("this test"));
            prepare(&mut command, "writer", &folder)
                .env("TEXT", text)
                .stdout(std::process::Stdio::null())
                .spawn()
                .expect("it can be run")
        })
        .collect();
    let is_whole = || {
        let found = fs::read_to_string(&path).expect("it is always there");
        assert!(texts.contains(&found), "{} bytes", found.len());
    };
    while children
        .iter_mut()
        .any(|child| child.try_wait().expect("it runs").is_none())
    {
        is_whole();
    }
    for mut child in children {
        assert!(child.wait().expect("it has ended").success());
    }
    is_whole();
    assert_eq!(names(&folder), ["Dockerfile"]);
}

#[test]
fn a_test_updates_when_it_is_told_to() {
    let folder = folder("update");
    let path = folder.join("Dockerfile");
    for (value, fresh) in [("0", false), ("", false), ("1", true)] {
        write(&path, "old\n");
        let out = run("update", &folder, &[("MULTISTAGE_UPDATE", value)]);
        assert!(out.contains(&format!("\n{fresh}\n")), "{out}");
        let text = if fresh { "new\n" } else { "old\n" };
        assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
    }
    assert!(run("update", &folder, &[]).contains("\ntrue\n"));
}

#[test]
fn a_path_can_be_relative() {
    let folder = folder("relative");
    run("relative", &folder, &[]);
    assert_eq!(names(&folder), ["Dockerfile"]);
}

#[test]
fn build_scripts_write_to_their_folder() {
    let folder = folder("out-dir");
    let out_dir = folder.join("out");
    fs::create_dir(&out_dir).expect("it can be made");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("..", out_dir.join("outside")).expect("it can be made");
        std::os::unix::fs::symlink("../link", out_dir.join("link")).expect("it can be made");
    }
    let without = run("out-dir", &folder, &[]);
    assert!(
        without.contains(
            "cannot find `OUT_DIR`: the environment does not have it\n\
             help: use this in a build script, which Cargo runs; elsewhere use `write_if_changed`"
        ),
        "{without}"
    );

    let text = out_dir.to_str().expect("a path in UTF-8");
    let quiet = run("out-dir", &folder, &[("OUT_DIR", text)]);
    assert!(!quiet.contains("cargo::"), "{quiet}");
    let loud = run("out-dir", &folder, &[("OUT_DIR", text), ("CARGO", "cargo")]);
    let lines = "cargo::rerun-if-changed=build.rs\ncargo::rerun-if-env-changed=VERSION\n";
    assert_eq!(loud.matches("cargo::").count(), 2, "{loud}");
    assert!(loud.contains(lines), "{loud}");
    assert!(
        loud.contains(&format!("Ok({:?})", out_dir.join("Dockerfile"))),
        "{loud}"
    );
    for name in ["../x", "/x", "a/../x", "outside/x", "link"] {
        if cfg!(unix) || name.starts_with(['.', '/', 'a']) {
            let line = loud
                .lines()
                .find(|line| line.starts_with(&format!("{name}: ")));
            let line = line.expect("it was tried");
            assert!(line.contains("it is not below `OUT_DIR`"), "{line}");
        }
    }
    assert_eq!(
        loud.matches("a line of UTF-8 cannot hold it").count(),
        2,
        "{loud}"
    );
    assert_eq!(names(&folder), ["out"]);
    let expected: &[&str] = if cfg!(unix) {
        &["Dockerfile", "link", "outside"]
    } else {
        &["Dockerfile"]
    };
    assert_eq!(names(&out_dir), expected);
}

/// The differences between two texts, by way of a file.
fn diff(path: &Path, old: &str, new: &str) -> String {
    fs::write(path, old).expect("it can be written");
    match GeneratedFile::new(path, new).verify() {
        Ok(()) => String::new(),
        Err(FileError::Stale(stale)) => stale.diff().to_owned(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn differences_that_are_apart_are_shown_apart() {
    let path = folder("apart").join("f");
    let lines = |changed: &[usize]| -> String {
        let line = |n| format!("{n}{}\n", if changed.contains(&n) { "!" } else { "" });
        (1..=30).map(line).collect()
    };
    let shown = diff(&path, &lines(&[]), &lines(&[2, 9, 25]));
    let shown = shown.split_once("+++ generated\n").expect("a header").1;
    assert_eq!(
        shown,
        "\
@@ -1,12 +1,12 @@
 1
-2
+2!
 3
 4
 5
 6
 7
 8
-9
+9!
 10
 11
 12
@@ -22,7 +22,7 @@
 22
 23
 24
-25
+25!
 26
 27
 28
"
    );
}

#[test]
fn huge_differences_take_linear_time() {
    let path = folder("huge").join("f");
    let start = Instant::now();
    let numbers =
        |step: usize| -> String { (0..200_000).map(|n| format!("{}\n", n * step)).collect() };
    assert!(diff(&path, &numbers(2), &numbers(3)).lines().count() >= 200_000);
    let mut one = numbers(1);
    one.insert_str(600_000, "in the middle\n");
    assert!(diff(&path, &numbers(1), &one).lines().count() < 15);
    let swapped: String = iter::repeat_n("b\na\n", 100_000).collect();
    let plain: String = iter::repeat_n("a\nb\n", 100_000).collect();
    assert!(diff(&path, &plain, &swapped).lines().count() < 20);
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}

/// What a patch makes of a text.
fn patched(old: &str, patch: &str) -> String {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let mut out = String::new();
    let mut at = 0;
    let mut lines = patch.split_inclusive('\n').skip(2).peekable();
    while let Some(line) = lines.next() {
        if let Some(header) = line.strip_prefix("@@ -") {
            let range = header.split_once(' ').expect("two ranges").0;
            let (start, count) = range.split_once(',').unwrap_or((range, "1"));
            let start: usize = start.parse().expect("a number");
            let start = if count == "0" { start } else { start - 1 };
            out.extend(old[at..start].iter().copied());
            at = start;
            continue;
        }
        let unended = lines.next_if(|line| line.starts_with('\\')).is_some();
        let text = &line[1..line.len() - usize::from(unended)];
        match line.as_bytes()[0] {
            b'+' => out.push_str(text),
            mark => {
                assert_eq!(old[at], text, "{patch}");
                if mark == b' ' {
                    out.push_str(text);
                }
                at += 1;
            }
        }
    }
    out.extend(old[at..].iter().copied());
    out
}

/// The length of the longest common part of two lists of lines.
fn common(old: &str, new: &str) -> usize {
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let mut row = vec![0; new.len() + 1];
    for line in old.split_inclusive('\n') {
        let above = row.clone();
        for (n, other) in new.iter().enumerate() {
            row[n + 1] = if line == *other {
                above[n] + 1
            } else {
                row[n].max(above[n + 1])
            };
        }
    }
    row[new.len()]
}

proptest! {
    #![proptest_config(crate::cases::many())]

    #[test]
    fn differences_lead_from_one_text_to_the_other(old in "([abc]\n){0,20}[ab]?", new in "([abc]\n){0,20}[ab]?") {
        static FOLDER: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
        let path = FOLDER.get_or_init(|| folder("patch")).join("f");
        let shown = diff(&path, &old, &new);
        prop_assert_eq!(shown.is_empty(), old == new);
        prop_assert_eq!(patched(&old, &shown), new.clone());
        let changed = shown.lines().skip(2).filter(|line| line.starts_with(['+', '-'])).count();
        let count = |text: &str| text.split_inclusive('\n').count();
        prop_assert_eq!(changed, count(&old) + count(&new) - 2 * common(&old, &new));
    }
}

#[test]
fn what_a_killed_process_left_is_passed_over() {
    let folder = folder("leftovers");
    let id = std::process::id();
    for n in 0..300 {
        let left = folder.join(format!(".multistage-{id}-{n}.tmp"));
        fs::write(left, "half").expect("it can be written");
    }
    let path = folder.join("Dockerfile");
    for text in ["FROM a\n", "FROM b\n"] {
        let written = GeneratedFile::new(&path, text).write_if_changed();
        written.expect("it is written");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
    }
    // None of our own is left.
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 301);
}
