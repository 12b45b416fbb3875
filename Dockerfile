# The service's image. It builds for any platform without emulation, and runs as any user but root on a read-only file system.
#   docker build --build-arg VERSION=0.1.0 --build-arg COMMIT=$(git rev-parse HEAD) --tag airside:0.1.0 .

# The base images, by tag and digest, only here. Both digests are of multi-platform indexes.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0.401-noble@sha256:e70cdb7f80b0348f5cb85f19a8f670fca061f033d57eed12fa003d58b0e06317
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0.12-noble-chiseled@sha256:18d4848091a40d13dbfdd6a8340c1657dc3e2f2d7fa2f042e9d162e68669dbc9

# The compiler runs on the builder's platform. Builders without BuildKit report no platform and are assumed to be linux/amd64.
FROM --platform=${BUILDPLATFORM:-linux/amd64} ${SDK_IMAGE} AS build
ARG TARGETARCH
WORKDIR /source

# Without profiling the runtime compiles less, and the C# compiler takes a third less time.
ENV DOTNET_TieredPGO=0

# Restores packages before copying the sources, so this layer is rebuilt only when one of these files changes.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/Airside.Archives/Airside.Archives.csproj src/Airside.Archives/packages.lock.json src/Airside.Archives/
COPY src/Airside.Core/Airside.Core.csproj src/Airside.Core/packages.lock.json src/Airside.Core/
COPY src/Airside.Stores/Airside.Stores.csproj src/Airside.Stores/packages.lock.json src/Airside.Stores/
COPY src/Airside.Service/Airside.Service.csproj src/Airside.Service/packages.lock.json src/Airside.Service/
RUN case "${TARGETARCH:-$(uname -m)}" in \
      amd64 | x86_64) echo linux-x64 ;; \
      arm64 | aarch64) echo linux-arm64 ;; \
      *) echo "unsupported platform: ${TARGETARCH:-$(uname -m)}" >&2; exit 1 ;; \
    esac >/runtime && \
    dotnet restore src/Airside.Service --locked-mode -p:RuntimeIdentifier="$(cat /runtime)" -p:ForImage=true

COPY .editorconfig BannedSymbols.txt ./
COPY src src
ARG VERSION=
ARG COMMIT=
RUN dotnet publish src/Airside.Service -c Release --no-restore -r "$(cat /runtime)" -o /image/app -p:ForImage=true \
      -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false ${VERSION:+-p:Version=$VERSION} ${COMMIT:+-p:SourceRevisionId=$COMMIT}
# Any user that the platform chooses can write the embedded store's data: the container has no other users.
RUN mkdir -m 1777 /image/data
COPY LICENSE /image/app/

FROM ${RUNTIME_IMAGE}
ARG VERSION=
ARG COMMIT=
ARG SOURCE=
LABEL org.opencontainers.image.title="Airside" \
      org.opencontainers.image.description="Counts reservation transactions per flight route, exactly once" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build /image /
# Without diagnostics the runtime writes no files. For a dump or a trace, set DOTNET_EnableDiagnostics=1 and mount a /tmp.
ENV ASPNETCORE_URLS=http://+:8080 \
    Airside__DataDirectory=/data \
    DOTNET_EnableDiagnostics=0
VOLUME /data
EXPOSE 8080
USER 1654:1654
ENTRYPOINT ["/app/Airside.Service"]
