//! The same model gives the same bytes, in whatever process, place and time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use multistage::instruction::{
    self as i, Copy, Env, Expose, Healthcheck, Label, Mount, Run, Volume, inline,
};
use multistage::{CheckDirective, Dockerfile, Image, Platform, Stage, expr, literal};

/// Where the process that is started by the test has to put its text.
const OUTPUT: &str = "MULTISTAGE_DETERMINISM_OUTPUT";

#[test]
fn fifty_processes() {
    let folder = folder("processes");
    let expected = everything().render().expect("it is right");
    for n in 0..50 {
        let output = folder.join(n.to_string());
        let home = folder.join(format!("home-{}", n % 3));
        fs::create_dir_all(&home).expect("the folder can be made");
        let locale = ["C", "en_US.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1", ""][n % 5];
        let zone = ["UTC", "Asia/Kathmandu", "America/St_Johns"][n % 3];
        let mut command = Command::new(env::current_exe().expect("the test has a path"));
        command
            .args(["--exact", "determinism::one_process", "--test-threads", "1"])
            .current_dir(&home)
            .env(OUTPUT, &output)
            .env("HOME", &home)
            .env("LANG", locale)
            .env("LC_ALL", locale)
            .env("TZ", zone)
            .env("SOURCE_DATE_EPOCH", n.to_string());
        if n % 2 == 0 {
            command
                .env("PATH", "")
                .env_remove("CARGO")
                .env_remove("USER");
        }
        let done = command.output().expect("the test can be started again");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stdout)
        );
        let text = fs::read_to_string(&output).expect("it has written its text");
        assert_eq!(text, expected, "process {n}");
    }
    fs::remove_dir_all(folder).expect("the folder can be removed");
}

/// What each of the processes does; by itself, it does nothing.
#[test]
fn one_process() {
    if let Some(output) = env::var_os(OUTPUT) {
        let text = everything().render().expect("it is right");
        fs::write(output, text).expect("the text can be written");
    }
}

#[test]
fn many_times_over() {
    let file = everything();
    let text = file.render().expect("it is right");
    for _ in 0..100 {
        assert_eq!(file.render().as_ref(), Ok(&text));
        assert_eq!(everything().render().as_ref(), Ok(&text));
        assert_eq!(file.clone().render().as_ref(), Ok(&text));
    }
}

/// The same from several threads at once.
#[test]
fn from_threads() {
    let text = everything().render();
    let threads: Vec<_> = (0..8)
        .map(|_| std::thread::spawn(|| everything().render()))
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("it does not panic"), text);
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("determinism-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// A big file with everything that could be in the wrong order.
fn everything() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_syntax("docker/dockerfile:1")
        .set_check_directive(
            CheckDirective::new()
                .skip("StageNameCasing")
                .skip("JSONArgsRecommended")
                .error(true),
        )
        .header("Made of everything.");
    let args: Vec<_> = (0..40)
        .map(|n| file.arg((format!("ARG_{n}"), n.to_string())))
        .collect();
    let docs = file.context("docs-site");
    file.context("another");
    let mut stages = Vec::new();
    for n in 0_u16..40 {
        let mut stage = match stages.last() {
            Some(base) if n % 4 == 0 => Stage::new(base),
            _ => Stage::new(format!("image-{n}")).platform(Platform::build()),
        };
        let numbers = || (0..10).map(move |m| (n * 7 + m * 3) % 11);
        stage = stage
            .header(format!("Stage {n}."))
            .describe("one of many")
            .instruction(
                numbers()
                    .map(|m| (format!("KEY_{m}"), format!("value {m}")))
                    .collect::<Env>(),
            )
            .instruction(
                numbers()
                    .map(|m| (format!("label.{m}"), expr(format!("$ARG_{m}"))))
                    .collect::<Label>(),
            )
            .instruction(Expose::new(numbers().map(|m| 8000 + m)))
            .instruction(Volume::new(numbers().map(|m| format!("/data/{m}"))))
            .run(
                Run::chain(["apt-get update", "apt-get install -y \\\"quoted\\\""])
                    .mount(Mount::cache("/c").id(format!("id-{n}")))
                    .mount(Mount::secret("s").env("S"))
                    .network(i::Network::None),
            )
            .run(Run::script(format!("echo {n}\nEOF\n")))
            .copy(inline(literal("$x\n")).name("x"), "/inline/")
            .copy_from(&docs, "/", "/docs/")
            .healthcheck(Healthcheck::new(["check", "it"]).retries(u32::from(n)))
            .onbuild(Copy::new(".", "/app").with_from(Image::new("busybox")));
        for arg in args.iter().rev().step_by(7) {
            stage = stage.arg(arg);
        }
        for earlier in stages.iter().rev().step_by(5) {
            stage = stage.copy_from(earlier, "/a", "/b");
        }
        stages.push(file.stage(format!("stage-{n}"), stage.comment("the end of it")));
    }
    file
}
