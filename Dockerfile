# The program and what it needs, and nothing else: no shell, no package manager.
#
# The dependencies are built in a layer of their own, so that a change of the source does not build them
# again.
# Not the slim one: the allocator is built with make.
FROM rust:1-bookworm AS build
WORKDIR /stonechat
COPY Cargo.toml Cargo.lock build.rs ./
COPY .cargo .cargo
RUN mkdir src bench benches && echo 'fn main() {}' \
        | tee src/main.rs bench/main.rs benches/protocol.rs benches/relay.rs \
    && touch src/lib.rs \
    && cargo build --release --locked && rm -r src
COPY config config
COPY src src
# The copied files may be older than the stand-ins above, and would not be built.
RUN touch src/main.rs src/lib.rs && cargo build --release --locked \
    && strip target/release/stonechat
# The root of the image: the program, the libraries that it is linked with, the names of its user and of
# this machine, and the folder of its data.
RUN mkdir -p /image/etc /image/usr/local/bin /image/usr/local/share/stonechat /image/tmp /data \
    && cp target/release/stonechat /image/usr/local/bin/ \
    && ldd target/release/stonechat | grep -o '/[^ ]*' | xargs cp --parents -L -t /image \
    && echo 'stonechat:x:10001:10001::/var/lib/stonechat:/sbin/nologin' > /image/etc/passwd \
    && echo 'hosts: files dns' > /image/etc/nsswitch.conf

FROM scratch
COPY --from=build /image /
COPY config/production.toml /etc/stonechat.toml
COPY static /usr/local/share/stonechat/static
COPY --from=build --chown=10001:10001 /data /var/lib/stonechat
ENV PATH=/usr/local/bin
USER 10001:10001
VOLUME /var/lib/stonechat
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s \
    CMD ["stonechat", "--config", "/etc/stonechat.toml", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["stonechat", "--config", "/etc/stonechat.toml"]
