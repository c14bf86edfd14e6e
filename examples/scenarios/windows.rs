//! .NET on Windows: the escape character is a backtick, so that paths can have backslashes.

use multistage::instruction::Run;
use multistage::{Dockerfile, Escape, Stage};

pub fn dockerfile() -> Dockerfile {
    let mut file = Dockerfile::new();
    file.set_escape(Escape::Backtick);
    let windows = file.arg(("WINDOWS_VERSION", "ltsc2022"));
    let preferences = "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';";

    let build = file.stage(
        "build",
        Stage::new(format!(
            "mcr.microsoft.com/dotnet/sdk:8.0-windowsservercore-{windows}"
        ))
        .shell(["powershell", "-Command", preferences])
        .workdir(r"C:\src")
        .copy("Acme Service.sln", r"C:\src\")
        .copy(r"src\", r"src\")
        .run(Run::lines([
            r"dotnet restore 'Acme Service.sln';",
            r"dotnet publish src\Acme.Service -c Release -o C:\out;",
            r"Remove-Item -Recurse -Force $env:USERPROFILE\.nuget\packages",
        ])),
    );

    file.stage(
        "runtime",
        Stage::new(format!(
            "mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-{windows}"
        ))
        .workdir(r"C:\app")
        .copy_from(&build, r"C:\out", ".")
        .env("ASPNETCORE_URLS", "http://+:8080")
        .user("ContainerUser")
        .expose(8080)
        .entrypoint([r"C:\app\Acme.Service.exe"]),
    );
    file
}
