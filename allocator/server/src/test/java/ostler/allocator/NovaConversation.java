package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks as Nova's scheduler does; each request and answer is held against its schema. */
abstract class NovaConversation extends Conversation {

  private static final Path SCHEMAS = Path.of("../../flavor-sync/nova/schema");
  private static final JsonMapper JSON = new JsonMapper();

  static final String PATH = "/v1/nova/filter";

  /** An alias of Nova's for the cards of {@link Machine}. */
  static final String GPU =
      "{\"request_id\":\"r\",\"alias\":\"gpu\",\"count\":%d,\"numa_policy\":null,"
          + "\"source\":\"flavor\",\"spec\":[{\"vendor_id\":\"1002\",\"product_id\":\"5046\","
          + "\"dev_type\":\"type-PCI\",\"capabilities\":null}]}";

  static String question(
      UUID instance, String project, String intent, String requests, List<String> hosts) {
    return "{\"version\":1,\"instance_uuid\":\""
        + instance
        + "\",\"project_id\":\""
        + project
        + "\",\"user_id\":\"u\",\"intent\":\""
        + intent
        + "\",\"num_instances\":1,\"pass_for\":\"boot\",\"flavor\":{\"name\":\"f\","
        + "\"extra_specs\":{\"pci_passthrough:alias\":\"gpu:1\"}},\"pci_in_placement\":false,"
        + "\"requests\":["
        + requests
        + "],\"hosts\":["
        + hosts.stream()
            .map(host -> "{\"host\":\"" + host + "\",\"nodename\":\"" + host + "\"}")
            .collect(Collectors.joining(","))
        + "]}";
  }

  JsonNode ask(UUID instance, String project, String intent, int count, String... hosts) {
    return ask(question(instance, project, intent, GPU.formatted(count), List.of(hosts)));
  }

  JsonNode ask(String question) {
    try {
      JsonSchema.assertFits(SCHEMAS.resolve("filter-request.json"), JSON.readTree(question));
      JsonNode answer = admin("POST", PATH, question, 200).json();
      JsonSchema.assertFits(SCHEMAS.resolve("filter-answer.json"), answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For each host the code of why it does not pass, {@code pass} where it does. */
  static List<String> codes(JsonNode answer) {
    return answer
        .get("hosts")
        .valueStream()
        .map(host -> host.get("pass").asBoolean() ? "pass" : host.get("code").asString())
        .toList();
  }

  JsonNode decision(JsonNode answer) {
    return get("/v1/nova/decisions/" + answer.get("decision_id").asString()).json();
  }

  /** A host with so many GPUs, all of them in and clean, that the picture in memory shows. */
  AgentOverHttp cleanHost(int gpus) {
    AgentOverHttp agent = host(gpus);
    for (int slot = 1; slot <= gpus; slot++) {
      admit(agent, slot);
    }
    agent.converge();
    agent.converge();
    look();
    return agent;
  }

  /** A host that is new is seen at the next look; who resolves looks at once. */
  void look() {
    admin("POST", "/v1/aliases/gpu/resolve", "{}", 200);
  }

  /** A project of its own, which may have so many. */
  String project(String name, int limit) {
    admin("PUT", "/v1/projects/" + name, "{}", 200);
    limit(name, limit);
    return name;
  }

  static String claimFor(UUID instance, String project, String host, int count) {
    return claimBody(project, host, count)
        .replace(VM, "{\"source\":\"nova\",\"type\":\"instance\",\"id\":\"" + instance + "\"}");
  }

  static void assertAll(String code, JsonNode answer) {
    assertEquals(
        Stream.generate(() -> code).limit(answer.get("hosts").size()).toList(), codes(answer));
  }
}
