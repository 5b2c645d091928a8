package ostler.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ostler.inventory.UnitId;
import tools.jackson.databind.JsonNode;

/** What Nova's scheduler asks and is answered, over HTTP. */
class NovaConversationTest extends NovaConversation {

  private static String holdOf(JsonNode answer) {
    return answer.get("hold").get("id").asString();
  }

  @Test
  void everyHostIsAnsweredOnceAndInOrderAndTheBestHasTheHighestScore() {
    String two = name(cleanHost(2)).value();
    String one = name(cleanHost(1)).value();
    String none = name(host(1)).value();
    look();
    JsonNode answer = ask(UUID.randomUUID(), "p1", "create", 1, "nobody", two, none, one);
    assertEquals(List.of("nobody", two, none, one), texts(answer.get("hosts"), "host"));
    assertEquals(List.of("UNKNOWN_HOST", "pass", "NO_MATCH", "pass"), codes(answer));
    assertEquals("enforce", answer.get("mode").asString());
    List<Integer> scores =
        answer.get("hosts").valueStream().map(host -> host.get("score").asInt()).toList();
    assertEquals(List.of(0, 1, 0, 100), scores, "what is left whole is left whole");
  }

  @Test
  void aRequestForNothingOfOursPassesAtOnceEvenOnHostsThatNobodyKnows() {
    String foreign = GPU.formatted(1).replace("\"gpu\"", "\"another cloud's\"");
    String port = GPU.formatted(1).replace("\"gpu\"", "null").replace("flavor\",", "port\",");
    for (String requests : List.of("", foreign, port)) {
      JsonNode answer =
          ask(question(UUID.randomUUID(), "nobodys", "create", requests, List.of("a", "b")));
      assertFalse(answer.get("ours").asBoolean());
      assertAll("pass", answer);
      assertTrue(answer.get("hold").isNull());
    }
  }

  @Test
  void anInstanceHasOnePromiseHoweverOftenItIsAskedFor() {
    String host = name(cleanHost(2)).value();
    String project = project("one-promise", 2);
    UUID instance = UUID.randomUUID();
    JsonNode first = ask(instance, project, "create", 2, host, "nobody");
    assertEquals(2, used(project));
    assertEquals(first.get("hold"), ask(instance, project, "create", 2, host).get("hold"));
    assertEquals(2, used(project));
    JsonNode other = ask(instance, project, "create", 1, host);
    assertAll("pass", other);
    assertEquals(1, used(project), "another question's promise takes the place of the first");
    assertEquals(
        "nova", get("/v1/holds/" + holdOf(other)).json().get("consumer").get("source").asString());
  }

  @Test
  void eachInstanceOfAMultiCreateIsPromisedItsOwnAndTheAlternatesPassIsARepeat() {
    String first = name(cleanHost(1)).value();
    String second = name(cleanHost(1)).value();
    String project = project("several", 10);
    List<UUID> instances = Stream.generate(UUID::randomUUID).limit(3).toList();
    JsonNode one = ask(instances.get(0), project, "create", 1, first, second);
    JsonNode two = ask(instances.get(1), project, "create", 1, first, second);
    assertNotEquals(holdOf(one), holdOf(two));
    assertEquals(2, used(project));
    JsonNode alternates = ask(instances.get(1), project, "create", 1, second);
    assertEquals(two.get("hold"), alternates.get("hold"));
    assertEquals(2, used(project));
    JsonNode three = ask(instances.get(2), project, "create", 1, first, second);
    assertAll("NO_CAPACITY", three);
    String sentence = decision(three).get("hosts").get(0).get("sentence").asString();
    assertTrue(sentence.contains("2 promised to others"), sentence);
  }

  @Test
  void ofTwoWhoWantTheLastDeviceOneIsToldYes() {
    String host = name(cleanHost(1)).value();
    List<JsonNode> answers =
        IntStream.range(0, 2)
            .parallel()
            .mapToObj(i -> ask(UUID.randomUUID(), "p1", "create", 1, host))
            .toList();
    assertEquals(
        List.of("NO_CAPACITY", "pass"),
        answers.stream().flatMap(answer -> codes(answer).stream()).sorted().toList());
  }

  @Test
  void overQuotaAllHostsFailWithThatCodeAndTheDecisionSaysWhichLimit() {
    String host = name(cleanHost(1)).value();
    String poor = project("poor", 0);
    JsonNode answer = ask(UUID.randomUUID(), poor, "create", 1, host, "nobody");
    assertAll("QUOTA_EXCEEDED", answer);
    assertTrue(answer.get("hold").isNull());
    String sentence = decision(answer).get("hosts").get(0).get("sentence").asString();
    assertTrue(sentence.contains("poor") && sentence.contains("alias:gpu"), sentence);
    assertAll("UNKNOWN_PROJECT", ask(UUID.randomUUID(), "strangers", "create", 1, host));
  }

  @Test
  void aProbePromisesNothingAndIsToldTheSame() {
    String host = name(cleanHost(1)).value();
    String project = project("probing", 1);
    UUID instance = UUID.randomUUID();
    JsonNode answer = ask(instance, project, "probe", 1, host);
    assertAll("pass", answer);
    assertTrue(answer.get("hold").isNull());
    assertEquals(0, used(project));
    limit(project, 0);
    assertAll("QUOTA_EXCEEDED", ask(instance, project, "probe", 1, host));
    assertEquals(List.of(), audited(instance));
  }

  @Test
  void aDecisionNamesUnitsWhereTheHostPassesAndSaysWhyWhereItDoesNot() {
    AgentOverHttp agent = cleanHost(1);
    String host = name(agent).value();
    UUID instance = UUID.randomUUID();
    JsonNode decision = decision(ask(instance, "p1", "create", 1, host, "nobody"));
    assertEquals(instance.toString(), decision.get("instance_uuid").asString());
    assertEquals("create", decision.get("intent").asString());
    JsonNode good = decision.get("hosts").get(0);
    assertTrue(good.get("pass").asBoolean());
    assertEquals(
        get("/v1/units?host=" + host).items("id"),
        good.get("units").valueStream().map(JsonNode::asString).toList());
    JsonNode bad = decision.get("hosts").get(1);
    assertEquals("UNKNOWN_HOST", bad.get("code").asString());
    assertTrue(bad.get("sentence").asString().contains("host nobody is not known"));
    Http.Answer unknown =
        http().ok("GET", "/v1/nova/decisions/" + UUID.randomUUID(), "", Http.As.ADMIN, 404);
    assertEquals("UNKNOWN_DECISION", unknown.code());
  }

  @Test
  void aUnitThatNovaMightPickAndThatIsNotCleanCostsItsHostThePassUntilItIsWithdrawn() {
    AgentOverHttp agent = host(2);
    cleanUnit(agent);
    UnitId dirty = admit(agent, 2);
    look();
    String host = name(agent).value();
    JsonNode answer = ask(UUID.randomUUID(), "p1", "probe", 1, host);
    assertAll("NOVA_MIGHT_PICK_DIRTY", answer);
    String sentence = decision(answer).get("hosts").get(0).get("sentence").asString();
    assertTrue(sentence.contains("1 DIRTY"), sentence);
    admin("POST", "/v1/units/" + dirty + "/retire", "{\"reason\":\"broken\"}", 200);
    look();
    assertAll("pass", ask(UUID.randomUUID(), "p1", "probe", 1, host));
  }

  /** A question for one device, with a candidate for each provider that is named. */
  private static String narrowed(String host, String providers, String... taken) {
    List<String> candidates =
        IntStream.range(0, taken.length)
            .mapToObj(
                i ->
                    "{\"id\":\"%d\",\"mappings\":{\"\":[\"root\"],\"r-0\":[\"%s\"]}}"
                        .formatted(i, taken[i]))
            .toList();
    return question(UUID.randomUUID(), "p1", "probe", GPU.formatted(1), List.of(host))
        .replace("\"pci_in_placement\":false", "\"pci_in_placement\":true")
        .replace(
            "\"nodename\"",
            "\"candidates\":["
                + String.join(",", candidates)
                + "],\"providers\":{"
                + providers
                + "},\"nodename\"");
  }

  @Test
  void ofPlacementsCandidatesThoseAreLeftWhoseDeviceIsClean() {
    AgentOverHttp agent = host(2);
    cleanUnit(agent);
    admit(agent, 2);
    look();
    String host = name(agent).value();
    String providers =
        "\"a\":\"" + Machine.gpu(1) + "\",\"b\":\"" + Machine.gpu(2).toString() + "\"";
    JsonNode answer = ask(narrowed(host, providers, "a", "b", "unknown"));
    assertAll("pass", answer);
    assertEquals(
        List.of("0"),
        answer
            .get("hosts")
            .get(0)
            .get("candidates")
            .valueStream()
            .map(JsonNode::asString)
            .toList());
    JsonNode none = ask(narrowed(host, providers, "b"));
    assertAll("NO_CLEAN_CANDIDATE", none);
    assertFalse(none.get("hosts").get(0).has("candidates"));
    String sentence = decision(none).get("hosts").get(0).get("sentence").asString();
    assertTrue(sentence.contains(host) && sentence.contains("1 of gpu"), sentence);
  }

  @Test
  void aProviderWithoutAnAddressIsRefusedWithItsField() {
    String host = name(cleanHost(1)).value();
    Http.Answer refused = admin("POST", PATH, narrowed(host, "\"a\":\"nowhere\"", "a"), 400);
    assertTrue(refused.body().contains("hosts[0].providers"), refused.body());
  }

  @Test
  void whatADeletedMachineStillHoldsIsFreeInNovasBooksAndNotInOurs() {
    AgentOverHttp agent = cleanHost(2);
    String host = name(agent).value();
    Http.Answer claim = claim(agent, 201);
    agent.converge();
    assertAll("pass", ask(UUID.randomUUID(), "p1", "probe", 1, host));
    UnitId held = UnitId.parse(claim.json().get("units").get(0).get("unit").asString());
    agent.agent().held(held, "vm-1");
    agent.converge();
    admin("DELETE", "/v1/claims/" + claim.text("id"), "", 202);
    agent.converge();
    assertEquals("RELEASING", state(held));
    assertAll("NOVA_MIGHT_PICK_DIRTY", ask(UUID.randomUUID(), "p1", "probe", 1, host));
    agent.agent().letGo(held);
    agent.converge();
    assertAll("pass", ask(UUID.randomUUID(), "p1", "probe", 1, host));
  }

  @Test
  void theClaimForAnInstanceMakesUseOfItsPromiseWithoutKnowingIt() {
    String host = name(cleanHost(1)).value();
    String project = project("exactly", 1);
    UUID instance = UUID.randomUUID();
    String hold = holdOf(ask(instance, project, "create", 1, host));
    String id = UUID.randomUUID().toString();
    String body = "{\"id\":\"" + id + "\"," + claimFor(instance, project, host, 1).substring(1);
    Http.Answer claim = admin("POST", "/v1/claims", body, 201);
    assertEquals(hold, claim.text("hold"));
    assertEquals("used", get("/v1/holds/" + hold).text("state"));
    assertEquals(1, used(project));
    assertEquals(claim.body(), admin("POST", "/v1/claims", body, 201).body());
  }

  @Test
  void aRebuildKeepsWhatTheInstanceHasWhereItIsAndPromisesNothing() {
    String host = name(cleanHost(1)).value();
    String other = name(cleanHost(1)).value();
    String project = project("rebuilding", 1);
    UUID instance = UUID.randomUUID();
    ask(instance, project, "create", 1, host);
    admin("POST", "/v1/claims", claimFor(instance, project, host, 1), 201);
    JsonNode answer = ask(instance, project, "rebuild", 1, host, other, "nobody");
    assertEquals(List.of("pass", "UNKNOWN_CLAIM", "UNKNOWN_HOST"), codes(answer));
    assertTrue(answer.get("hold").isNull());
    assertEquals(1, used(project));
    String sentence = decision(answer).get("hosts").get(1).get("sentence").asString();
    assertTrue(sentence.contains("adopt"), sentence);
  }

  @Test
  void whoMovesIsChargedOnlyWhatTheLargerOneCosts() {
    AgentOverHttp source = cleanHost(1);
    AgentOverHttp target = cleanHost(2);
    String from = name(source).value();
    String to = name(target).value();
    for (String intent : List.of("cold_migrate", "live_migrate", "evacuate", "resize")) {
      boolean larger = intent.equals("resize");
      int count = larger ? 2 : 1;
      String project = project("moving-" + intent, count);
      UUID instance = UUID.randomUUID();
      ask(instance, project, "create", 1, from);
      String old =
          admin("POST", "/v1/claims", claimFor(instance, project, from, 1), 201).text("id");
      JsonNode answer = ask(instance, project, intent, count, from, to);
      assertEquals(List.of(larger ? "TOO_FEW_ON_ONE_HOST" : "CLAIMED", "pass"), codes(answer));
      assertEquals(count, used(project), intent);
      Http.Answer next =
          admin(
              "POST",
              "/v1/claims/" + old + "/move",
              "{\"alias\":\"gpu\",\"count\":" + count + ",\"host\":\"" + to + "\"}",
              201);
      assertEquals(holdOf(answer), next.text("hold"));
      assertEquals(count, used(project), intent);
      admin("POST", "/v1/claims/" + next.text("id") + "/confirm", "", 200);
      assertEquals(count, used(project), intent);
      admin("DELETE", "/v1/claims/" + next.text("id"), "", 202);
      for (AgentOverHttp agent : List.of(source, target)) {
        agent.converge();
        agent.converge();
      }
      assertEquals(0, used(project), intent);
    }
  }

  @Test
  void anUnshelvedInstanceIsPromisedAnewWhatItGaveBack() {
    AgentOverHttp agent = cleanHost(1);
    String host = name(agent).value();
    String project = project("shelving", 1);
    UUID instance = UUID.randomUUID();
    String first = holdOf(ask(instance, project, "create", 1, host));
    String claim =
        admin("POST", "/v1/claims", claimFor(instance, project, host, 1), 201).text("id");
    agent.converge();
    admin("DELETE", "/v1/claims/" + claim, "", 202);
    agent.converge();
    agent.converge();
    assertEquals(0, used(project));
    JsonNode back = ask(instance, project, "unshelve", 1, host);
    assertAll("pass", back);
    assertNotEquals(first, holdOf(back));
    assertEquals(1, used(project));
  }

  @Test
  void whatBreaksARuleIsRefusedByItsFieldAndWhatIsNotKnownIsIgnored() {
    String good = question(UUID.randomUUID(), "p1", "probe", GPU.formatted(1), List.of("h"));
    ask(good.replace("\"user_id\"", "\"later\":{\"x\":[1]},\"user_id\""));
    refused(good.replace("\"version\":1", "\"version\":2"), "version: is one of [1], not 2");
    refused(good.replace("\"version\":1,", ""), "version: is missing");
    refused(good.replace("probe", "wonder"), "intent: is one of create, rebuild");
    refused(
        good.replaceFirst("\"instance_uuid\":\"[^\"]*\"", "\"instance_uuid\":\"x\""),
        "instance_uuid: ");
    refused(good.replace("\"p1\"", "\"p 1\""), "project_id: ");
    refused(good.replace("\"count\":1", "\"count\":0"), "requests[0].count: is 1 or more");
    refused(good.replace("\"count\":1", "\"count\":65"), "requests: ask for at most 64 units");
    refused(good.replace("\"1002\"", "\"80860\""), "requests[0].spec[0].vendor_id: ");
    refused(good.replace("\"5046\"", "\"g111\""), "requests[0].spec[0].product_id: ");
    refused(good.replace("\"host\":\"h\"", "\"host\":\"\""), "hosts[0].host: ");
    refused(
        question(UUID.randomUUID(), "p1", "probe", GPU.formatted(1), List.of("a", "b", "a")),
        "hosts[2].host: is named twice");
    refused(
        question(UUID.randomUUID(), "p1", "probe", "", Collections.nCopies(10_001, "h")),
        "hosts: are at most 10000");
    admin("POST", PATH, "\"" + "x".repeat(4 * 1024 * 1024) + "\"", 413);
  }

  @Test
  void tenThousandHostsAreAnsweredInOneCall() {
    String host = name(cleanHost(1)).value();
    List<String> hosts =
        Stream.concat(
                Stream.of(host),
                IntStream.range(1, 10_000).mapToObj(i -> "compute-" + i + ".cloud"))
            .toList();
    JsonNode answer = ask(question(UUID.randomUUID(), "p1", "create", GPU.formatted(1), hosts));
    assertEquals(hosts, texts(answer.get("hosts"), "host"));
    assertEquals(1, codes(answer).stream().filter("pass"::equals).count());
    assertEquals(10_000, decision(answer).get("hosts").size());
  }

  private void refused(String question, String detail) {
    Http.Answer answer = admin("POST", PATH, question, 400);
    assertEquals("MALFORMED", answer.code());
    assertTrue(answer.text("detail").startsWith(detail), answer.body());
  }
}
