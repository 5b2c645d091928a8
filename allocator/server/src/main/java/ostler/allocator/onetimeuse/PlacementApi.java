package ostler.allocator.onetimeuse;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The little of Placement's interface that is needed. It only reads, but for one field of one
 * inventory. For one thread.
 */
final class PlacementApi {

  static final String TRAIT = "HW_PCI_ONE_TIME_USE";

  /** From this one on all of an inventory may be reserved. */
  private static final String MICROVERSION = "placement 1.26";

  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(DEADLINE.dividedBy(2)).build();
  private final JsonMapper json = new JsonMapper();
  private final PlacementUrl placement;
  private final PlacementCredentials credentials;
  private Optional<String> token = Optional.empty();

  PlacementApi(PlacementUrl placement, PlacementCredentials credentials) {
    this.placement = placement;
    this.credentials = credentials;
  }

  private record Answer(int status, String body, Optional<String> subject) {}

  /** The providers of devices that are used once. */
  List<Provider> oneTimeUse() throws PlacementAway, InterruptedException {
    JsonNode answer = read("/resource_providers?required=" + TRAIT).orElseThrow(this::gone);
    List<Provider> providers = new ArrayList<>();
    for (JsonNode one : answer.path("resource_providers")) {
      try {
        providers.add(
            new Provider(
                UUID.fromString(one.path("uuid").asString()),
                one.path("name").asString(),
                one.path("generation").asLong()));
      } catch (IllegalArgumentException e) {
        throw new PlacementAway("Placement names a provider that has no UUID", e);
      }
    }
    return providers;
  }

  /** Absent if there is no such provider any more. */
  Optional<Inventory> inventory(UUID provider) throws PlacementAway, InterruptedException {
    Optional<JsonNode> answer = read("/resource_providers/" + provider + "/inventories");
    return answer.map(
        said -> {
          Map<String, ObjectNode> classes = new HashMap<>();
          said.path("inventories")
              .properties()
              .forEach(
                  one -> {
                    if (one.getValue() instanceof ObjectNode fields) {
                      classes.put(one.getKey(), fields);
                    }
                  });
          return new Inventory(said.path("resource_provider_generation").asLong(-1), classes);
        });
  }

  /** Whether anything of the provider is allocated. */
  boolean isUsed(UUID provider) throws PlacementAway, InterruptedException {
    JsonNode usages =
        read("/resource_providers/" + provider + "/usages").orElseThrow(this::gone).path("usages");
    if (!usages.isObject()) {
      throw new PlacementAway("Placement does not say what of provider " + provider + " is used");
    }
    for (Map.Entry<String, JsonNode> one : usages.properties()) {
      // What is no number might be anything.
      if (one.getValue().asLong(1) != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Sets what is reserved to nothing, and leaves all else as it was read.
   *
   * @param read has one class
   * @return false if the provider has changed since it was read; then nothing was done
   */
  boolean free(UUID provider, Inventory read) throws PlacementAway, InterruptedException {
    Map.Entry<String, ObjectNode> only = read.classes().entrySet().iterator().next();
    ObjectNode fields = only.getValue().deepCopy();
    fields.put("reserved", 0).put("resource_provider_generation", read.generation());
    Answer answer =
        asked(
            HttpRequest.newBuilder(
                    placement.at(
                        "/resource_providers/" + provider + "/inventories/" + only.getKey()))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(fields.toString())));
    if (answer.status() == CONFLICT) {
      return false;
    }
    if (answer.status() != OK) {
      throw away("the inventory of provider " + provider, answer);
    }
    return true;
  }

  private PlacementAway gone() {
    return new PlacementAway("Placement at " + placement.uri() + " has nothing of that name");
  }

  private Optional<JsonNode> read(String path) throws PlacementAway, InterruptedException {
    Answer answer = asked(HttpRequest.newBuilder(placement.at(path)).GET());
    if (answer.status() == NOT_FOUND) {
      return Optional.empty();
    }
    if (answer.status() != OK) {
      throw away(path, answer);
    }
    try {
      return Optional.of(json.readTree(answer.body()));
    } catch (JacksonException e) {
      throw new PlacementAway("Placement's answer to " + path + " is no JSON", e);
    }
  }

  /** A token that is no longer good is asked for anew once. */
  private Answer asked(HttpRequest.Builder request) throws PlacementAway, InterruptedException {
    boolean isNew = token.isEmpty();
    Answer answer = sent(request.copy());
    if (answer.status() == UNAUTHORIZED) {
      token = Optional.empty();
      return isNew ? answer : sent(request.copy());
    }
    return answer;
  }

  private Answer sent(HttpRequest.Builder request) throws PlacementAway, InterruptedException {
    return exchange(
        request
            .setHeader("X-Auth-Token", token())
            .setHeader("OpenStack-API-Version", MICROVERSION)
            .setHeader("Accept", "application/json")
            .build());
  }

  private String token() throws PlacementAway, InterruptedException {
    if (credentials instanceof PlacementCredentials.Token fixed) {
      return fixed.value();
    }
    if (token.isEmpty()) {
      PlacementCredentials.Keystone account = (PlacementCredentials.Keystone) credentials;
      Answer answer =
          exchange(
              HttpRequest.newBuilder(account.url().at("/auth/tokens"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(account.question()))
                  .build());
      if (answer.status() != CREATED || answer.subject().isEmpty()) {
        throw new PlacementAway(
            "Keystone at " + account.url().uri() + " gives no token: status " + answer.status());
      }
      token = answer.subject();
    }
    return token.orElseThrow();
  }

  /** One deadline for all of it, since each byte would begin another one's anew. */
  private Answer exchange(HttpRequest request) throws PlacementAway, InterruptedException {
    URI at = request.uri();
    CompletableFuture<HttpResponse<byte[]>> waiting =
        client.sendAsync(request, LimitedBody.upTo(MAX_BYTES));
    try {
      HttpResponse<byte[]> answer = waiting.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(
          answer.statusCode(),
          new String(answer.body(), StandardCharsets.UTF_8),
          answer.headers().firstValue("X-Subject-Token"));
    } catch (TimeoutException e) {
      throw new PlacementAway(at + " did not answer in " + DEADLINE.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new PlacementAway(at + ": " + e.getCause(), e);
    } finally {
      waiting.cancel(true);
    }
  }

  private static PlacementAway away(String what, Answer answer) {
    String body = answer.body().strip();
    return new PlacementAway(
        "Placement answers "
            + answer.status()
            + " about "
            + what
            + ": "
            + body.substring(0, Math.min(body.length(), 500)));
  }
}
