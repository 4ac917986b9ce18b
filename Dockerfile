# The origin in a container. From the top of the repository:
#   docker build -t peercast-origin .
#   docker run -p 8080:8080 -p 1935:1935 -p 3478:3478/udp -v peercast:/data peercast-origin
# The steps are those of origin/demo.sh: set-up by tests/setup.sh, then a build.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish origin/Host -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
COPY tests/setup.sh /tmp/setup.sh
RUN bash /tmp/setup.sh origin && rm -rf /var/lib/apt/lists/* /tmp/setup.sh
RUN mkdir /data && chown app /data
COPY --from=build /app /app
WORKDIR /app
VOLUME /data
USER app
# Inside a container the loopback interface would reach nobody.
ENV Peercast__Listen=0.0.0.0 Peercast__DataFolder=/data
EXPOSE 8080 1935 3478/udp
# bash opens the connection itself: the image has neither curl nor wget.
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["dotnet", "/app/peercast-origin.dll"]
