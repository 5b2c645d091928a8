package ostler.allocator;

import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.OpenAPI;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.webmvc.core.configuration.SpringDocWebMvcConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.jvm.JvmMetricsAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.actuate.web.ServletManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.TomcatProtocolHandlerCustomizer;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import ostler.allocator.engine.Origin;
import ostler.allocator.http.AgentCalls;
import ostler.allocator.http.AliasCalls;
import ostler.allocator.http.ApiDocument;
import ostler.allocator.http.BackupCalls;
import ostler.allocator.http.ClaimCalls;
import ostler.allocator.http.DesiredWatch;
import ostler.allocator.http.DeviceCalls;
import ostler.allocator.http.DoctorCalls;
import ostler.allocator.http.EventStreams;
import ostler.allocator.http.FilterCalls;
import ostler.allocator.http.Gate;
import ostler.allocator.http.HoldCalls;
import ostler.allocator.http.HostCalls;
import ostler.allocator.http.KnownParameters;
import ostler.allocator.http.ModelNames;
import ostler.allocator.http.PlaceCalls;
import ostler.allocator.http.ProblemAdvice;
import ostler.allocator.http.ProjectCalls;
import ostler.allocator.http.QuotaCalls;
import ostler.allocator.http.SliceCalls;
import ostler.allocator.http.TokenCalls;
import ostler.allocator.http.TrailCalls;
import ostler.allocator.http.UnitCalls;
import ostler.allocator.http.UnitViews;
import ostler.allocator.http.UsageCalls;
import ostler.allocator.http.WaitingProtocol;
import ostler.allocator.http.Workers;
import ostler.allocator.nova.NovaCalls;
import ostler.allocator.onetimeuse.OneTimeUseWatch;
import ostler.allocator.onetimeuse.PlacementCredentials;
import ostler.allocator.store.AdmissionDesk;
import ostler.allocator.store.AliasDesk;
import ostler.allocator.store.Chores;
import ostler.allocator.store.ClaimDesk;
import ostler.allocator.store.Database;
import ostler.allocator.store.Desk;
import ostler.allocator.store.FilterDesk;
import ostler.allocator.store.FleetFeed;
import ostler.allocator.store.Herald;
import ostler.allocator.store.HoldDesk;
import ostler.allocator.store.HostDesk;
import ostler.allocator.store.NovaDesk;
import ostler.allocator.store.OneTimeUseDesk;
import ostler.allocator.store.PlaceDesk;
import ostler.allocator.store.Policy;
import ostler.allocator.store.Pulse;
import ostler.allocator.store.QuotaDesk;
import ostler.allocator.store.ReportDesk;
import ostler.allocator.store.RevisionSignal;
import ostler.allocator.store.Secrets;
import ostler.allocator.store.SliceDesk;
import ostler.allocator.store.StartDesk;
import ostler.allocator.store.TokenDesk;
import ostler.allocator.store.Tokens;
import ostler.allocator.store.TreeDesk;
import ostler.allocator.store.UnitDesk;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** Who knows whom. Clock, randomness and ids come into the program here and nowhere else. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  EndpointAutoConfiguration.class,
  JacksonEndpointAutoConfiguration.class,
  WebEndpointAutoConfiguration.class,
  ManagementContextAutoConfiguration.class,
  ApplicationAvailabilityAutoConfiguration.class,
  PropertyPlaceholderAutoConfiguration.class,
  SslAutoConfiguration.class,
  HealthEndpointAutoConfiguration.class,
  HealthContributorRegistryAutoConfiguration.class,
  HttpMessageConvertersAutoConfiguration.class,
  JacksonAutoConfiguration.class,
  MetricsAutoConfiguration.class,
  PrometheusMetricsExportAutoConfiguration.class,
  JvmMetricsAutoConfiguration.class,
  HttpEncodingAutoConfiguration.class,
  ServletManagementContextAutoConfiguration.class,
  TomcatServletWebServerAutoConfiguration.class,
  DispatcherServletAutoConfiguration.class,
  WebMvcAutoConfiguration.class,
  SpringDocConfiguration.class,
  SpringDocConfigProperties.class,
  SpringDocWebMvcConfiguration.class
})
class Wiring {

  private static final int CONNECTIONS = 16;
  private static final int WAKERS = 4;
  private static final Duration EVENTS_KEPT = Duration.ofDays(7);
  private static final Duration EXPIRE_EVERY = Duration.ofSeconds(1);
  private static final Duration PRUNE_EVERY = Duration.ofHours(1);

  /** Every deadline is by the database's clock, so that this machine's may be as wrong as it is. */
  @Bean
  Clock clock(Database database) {
    return database.clock();
  }

  @Bean
  Supplier<UUID> ids() {
    return UUID::randomUUID;
  }

  @Bean
  Secrets secrets() {
    return new Secrets(new SecureRandom());
  }

  @Bean
  Database database(Options options, DataFolder folder) throws IOException {
    String password = Main.databasePassword();
    return Database.open(options.database(folder, password, CONNECTIONS), System::nanoTime);
  }

  @Bean
  RevisionSignal revisionSignal() {
    return new RevisionSignal();
  }

  @Bean(destroyMethod = "close")
  @Lazy(false)
  Herald herald(Database database, RevisionSignal signal, Supplier<UUID> ids) {
    return new Herald(database, signal, ids.get()).start(daemons("herald"));
  }

  @Bean(destroyMethod = "close")
  Pulse pulse(Database database, RevisionSignal signal, Herald herald) {
    return new Pulse(database, signal, herald).start(daemons("pulse"));
  }

  @Bean
  Desk desk(
      Database database, RevisionSignal signal, Clock clock, Supplier<UUID> ids, Options options) {
    return new Desk(
        database.client(), database.transactions(), signal, clock, ids, options.treePolicy());
  }

  @Bean
  Tokens tokens(Database database) {
    return new Tokens(database.client());
  }

  @Bean
  TokenDesk tokenDesk(Desk desk, Tokens tokens, Secrets secrets) {
    return new TokenDesk(desk, tokens, secrets);
  }

  @Bean
  HostDesk hostDesk(Desk desk, Secrets secrets) {
    return new HostDesk(desk, secrets);
  }

  @Bean
  UnitDesk unitDesk(Desk desk) {
    return new UnitDesk(desk);
  }

  @Bean
  AdmissionDesk admissionDesk(Desk desk) {
    return new AdmissionDesk(desk);
  }

  @Bean
  AliasDesk aliasDesk(Desk desk) {
    return new AliasDesk(desk);
  }

  @Bean
  PlaceDesk placeDesk(Desk desk) {
    return new PlaceDesk(desk);
  }

  @Bean
  PlaceCalls placeCalls(PlaceDesk placeDesk) {
    return new PlaceCalls(placeDesk);
  }

  @Bean
  TreeDesk treeDesk(Desk desk) {
    return new TreeDesk(desk);
  }

  @Bean
  QuotaDesk quotaDesk(Desk desk) {
    return new QuotaDesk(desk);
  }

  @Bean
  FilterDesk filterDesk(Desk desk) {
    return new FilterDesk(desk);
  }

  @Bean
  FilterCalls filterCalls(FilterDesk filterDesk) {
    return new FilterCalls(filterDesk);
  }

  @Bean
  NovaDesk novaDesk(Desk desk, Options options) {
    return new NovaDesk(desk, options.novaMode());
  }

  @Bean
  NovaCalls novaCalls(NovaDesk novaDesk) {
    return new NovaCalls(novaDesk);
  }

  @Bean
  ClaimDesk claimDesk(Desk desk) {
    return new ClaimDesk(desk);
  }

  @Bean
  HoldDesk holdDesk(Desk desk) {
    return new HoldDesk(desk);
  }

  @Bean
  ReportDesk reportDesk(Desk desk, Options options) {
    return new ReportDesk(desk, new Policy(options.autoClean(), Policy.WHOLE_UNITS));
  }

  @Bean
  ModelNames modelNames() {
    return new ModelNames(Path.of("/"));
  }

  @Bean
  SliceDesk sliceDesk(Desk desk, Options options) {
    return new SliceDesk(desk, new Policy(options.autoClean(), Policy.WHOLE_UNITS));
  }

  @Bean
  SliceCalls sliceCalls(SliceDesk sliceDesk, UnitViews views) {
    return new SliceCalls(sliceDesk, views);
  }

  @Bean
  UnitViews unitViews(Desk desk, ModelNames names, Clock clock) {
    return new UnitViews(desk, names, clock);
  }

  @Bean
  DesiredWatch desiredWatch(Desk desk, HostDesk hostDesk, RevisionSignal signal) {
    return new DesiredWatch(
        desk, hostDesk, signal, Executors.newFixedThreadPool(WAKERS, daemons("waker")));
  }

  @Bean
  EventStreams eventStreams(Desk desk, Clock clock, JsonMapper json) {
    return new EventStreams(desk, clock, json);
  }

  @Bean
  HostCalls hostCalls(Desk desk, HostDesk hostDesk, Clock clock) {
    return new HostCalls(desk, hostDesk, clock);
  }

  @Bean
  StartDesk startDesk(Desk desk, ClaimDesk claimDesk) {
    return new StartDesk(desk, claimDesk);
  }

  @Bean
  AgentCalls agentCalls(
      HostDesk hostDesk, ReportDesk reportDesk, StartDesk startDesk, DesiredWatch watch) {
    return new AgentCalls(hostDesk, reportDesk, startDesk, watch);
  }

  @Bean
  DeviceCalls deviceCalls(Desk desk, AdmissionDesk admissionDesk, UnitViews views) {
    return new DeviceCalls(desk, admissionDesk, views);
  }

  @Bean
  UnitCalls unitCalls(Desk desk, UnitDesk unitDesk, UnitViews views) {
    return new UnitCalls(desk, unitDesk, views);
  }

  @Bean
  AliasCalls aliasCalls(Desk desk, AliasDesk aliasDesk) {
    return new AliasCalls(desk, aliasDesk);
  }

  @Bean
  ProjectCalls projectCalls(Desk desk, TreeDesk treeDesk, QuotaDesk quotaDesk) {
    return new ProjectCalls(desk, treeDesk, quotaDesk);
  }

  @Bean
  QuotaCalls quotaCalls(Desk desk, TreeDesk treeDesk, QuotaDesk quotaDesk) {
    return new QuotaCalls(desk, treeDesk, quotaDesk);
  }

  @Bean
  ClaimCalls claimCalls(Desk desk, ClaimDesk claimDesk, UnitViews views, Supplier<UUID> ids) {
    return new ClaimCalls(desk, claimDesk, views, ids);
  }

  @Bean
  HoldCalls holdCalls(Desk desk, HoldDesk holdDesk, Supplier<UUID> ids) {
    return new HoldCalls(desk, holdDesk, ids);
  }

  @Bean
  TokenCalls tokenCalls(Desk desk, Tokens tokens, TokenDesk tokenDesk) {
    return new TokenCalls(desk, tokens, tokenDesk);
  }

  @Bean
  TrailCalls trailCalls(Desk desk, EventStreams streams) {
    return new TrailCalls(desk, streams);
  }

  @Bean
  BackupCalls backupCalls(Database database, DataFolder folder, Supplier<UUID> ids) {
    return new BackupCalls(
        database,
        out -> new BackupFile(folder.passingBackup(ids.get().toString())).pass(database, out));
  }

  @Bean
  UsageCalls usageCalls(Desk desk, ModelNames names) {
    return new UsageCalls(desk, names);
  }

  @Bean
  DoctorCalls doctorCalls(Desk desk) {
    return new DoctorCalls(desk);
  }

  @Bean
  ProblemAdvice problemAdvice() {
    return new ProblemAdvice();
  }

  @Bean
  @Lazy(false)
  Gate gate(
      Desk desk,
      Tokens tokens,
      Pulse pulse,
      Workers workers,
      Clock clock,
      Supplier<UUID> ids,
      JsonMapper json) {
    return new Gate(desk, tokens, pulse, workers, clock, ids, json);
  }

  @Bean
  HealthIndicator databaseHealth(Database database, Pulse pulse) {
    return () -> (pulse.isAlive() && database.answers() ? Health.up() : Health.down()).build();
  }

  /** It asks for the registry, since what is bound to one before it is made is bound to none. */
  @Bean
  @Lazy(false)
  Gauges gauges(MeterRegistry registry, Desk desk, DesiredWatch watch, Clock clock) {
    Gauges gauges = new Gauges(desk, watch, clock);
    gauges.bindTo(registry);
    return gauges;
  }

  @Bean
  OpenAPI apiFrame() {
    return ApiDocument.frame();
  }

  @Bean
  OpenApiCustomizer apiRefusals() {
    return ApiDocument.refusals();
  }

  @Bean
  ModelResolver apiFieldNames() {
    return ApiDocument.fieldNames();
  }

  @Bean(destroyMethod = "close")
  Workers workers() {
    return new Workers(daemons("worker"), System::nanoTime);
  }

  @Bean
  TomcatProtocolHandlerCustomizer<AbstractProtocol<?>> answering(Workers workers) {
    return protocol -> protocol.setExecutor(workers);
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> waiting() {
    return server -> server.setProtocol(WaitingProtocol.class.getName());
  }

  /** Otherwise each start leaves two folders behind where the system keeps what is temporary. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> ownFolder(DataFolder folder)
      throws IOException {
    File own = folder.serverFolder().toFile();
    return server -> {
      server.setBaseDirectory(own);
      server.setDocumentRoot(own);
    };
  }

  /** A device may be named by its place in one part of a path, and a place has a slash. */
  @Bean
  TomcatConnectorCustomizer slashInAName() {
    return connector ->
        connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
  }

  /** What is not exactly what was asked for is refused, not guessed at. */
  @Bean
  JsonMapperBuilderCustomizer strictJson() {
    return builder ->
        builder
            .withCoercionConfig(LogicalType.Textual, Wiring::refuseNumbersAndBooleans)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
  }

  @Bean
  KnownParameters knownParameters() {
    return new KnownParameters();
  }

  private static void refuseNumbersAndBooleans(MutableCoercionConfig texts) {
    texts
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
  }

  /** The token in the folder works, and where there is none a new one is made. */
  @Bean
  @Lazy(false)
  AdminToken adminToken(DataFolder folder, TokenDesk tokenDesk, Secrets secrets)
      throws IOException {
    String token = folder.hasToken() ? folder.token() : secrets.next();
    tokenDesk.accept(token, new Origin(Origin.ALLOCATOR, "start", "")).orElseThrow();
    if (!folder.hasToken()) {
      folder.saveToken(token);
    }
    return new AdminToken();
  }

  /** That the admin's token works. */
  record AdminToken() {}

  @Bean(destroyMethod = "close")
  @Lazy(false)
  Clockwork clockwork(
      Database database,
      Pulse pulse,
      DesiredWatch watch,
      EventStreams streams,
      Desk desk,
      HoldDesk holdDesk) {
    Chores chores = new Chores(database.client(), desk);
    FleetFeed fleet = desk.fleet();
    fleet.look();
    return new Clockwork(pulse::isAlive)
        .every(
            database.isShared() ? DesiredWatch.LOOK_EVERY : DesiredWatch.LOOK_ALONE_EVERY,
            watch::look)
        .every(FleetFeed.LOOK_EVERY, fleet::look)
        .every(EventStreams.LOOK_EVERY, streams::look)
        .every(EXPIRE_EVERY, holdDesk::expire)
        .every(
            PRUNE_EVERY,
            () ->
                chores.doIfDue(
                    Chores.Chore.FORGET_EVENTS,
                    PRUNE_EVERY,
                    () -> desk.forgetEventsOlderThan(EVENTS_KEPT)));
  }

  @Bean
  OneTimeUseDesk oneTimeUseDesk(Database database, Desk desk) {
    return new OneTimeUseDesk(database.client(), desk);
  }

  /** With nothing in it where no Placement is named. */
  @Bean(destroyMethod = "close")
  @Lazy(false)
  OneTimeUse oneTimeUse(Options options, OneTimeUseDesk oneTimeUseDesk, Pulse pulse)
      throws IOException {
    if (options.placement().isEmpty()) {
      return new OneTimeUse(Optional.empty());
    }
    Options.PlacementAccess placement = options.placement().get();
    return new OneTimeUse(
        Optional.of(
            OneTimeUseWatch.begin(
                placement.url(),
                PlacementCredentials.read(placement.credentials()),
                oneTimeUseDesk,
                pulse::isAlive,
                daemons("one-time-use"))));
  }

  /** That Placement is watched, where it is. */
  record OneTimeUse(Optional<OneTimeUseWatch> watch) implements AutoCloseable {
    @Override
    public void close() {
      watch.ifPresent(OneTimeUseWatch::close);
    }
  }

  static ThreadFactory daemons(String name) {
    return work -> {
      Thread thread = new Thread(work, "ostler-" + name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
