package ostler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import ostler.cli.print.Node;
import ostler.inventory.AgentKey;
import ostler.inventory.ChainHash;
import ostler.inventory.WipeLevel;

final class UnitChainTest {

  private static final int ROUNDS = 200;

  private final SignedRecords records = new SignedRecords();

  private Node verdict(List<Node> chain) {
    return UnitChain.verdict(SignedRecords.UNIT, chain, List.of());
  }

  private void assertBroken(String flaw, int number, List<Node> chain) {
    Node verdict = verdict(chain);
    assertEquals(flaw, verdict.textAt("flaw"), verdict.textAt("because"));
    assertEquals(SignedRecords.id(number), verdict.textAt("broken_wipe"));
    assertTrue(verdict.textAt("because").contains(SignedRecords.id(number)));
  }

  private static void change(List<Node> chain, int at, Consumer<Map<String, Object>> change) {
    Map<String, Object> fields = new LinkedHashMap<>();
    chain.get(at).fields().forEach((name, value) -> fields.put(name, value.value()));
    change.accept(fields);
    chain.set(at, new Node(fields));
  }

  @Test
  void anUntouchedChainIsSoundInWhateverOrderItIsListed() {
    List<Node> chain = records.chain(5);
    String head = chain.get(4).textAt("hash");
    for (long seed = 0; seed < ROUNDS; seed++) {
      Collections.shuffle(chain, new Random(seed));
      Node verdict = verdict(chain);
      assertTrue(verdict.at("sound").isTrue(), "seed " + seed + ": " + verdict);
      assertEquals(head, verdict.textAt("head"), "seed " + seed);
    }
  }

  @Test
  void noRecordAtAllIsAChainAtItsStart() {
    assertEquals(ChainHash.START.value(), verdict(List.of()).textAt("head"));
  }

  @Test
  void aRecordThatTheAllocatorRefusedIsNoPartOfTheChain() {
    List<Node> chain = records.chain(2);
    List<Node> other = new SignedRecords().chain(1);
    change(other, 0, fields -> fields.put("accepted", false));
    chain.addAll(other);
    assertTrue(verdict(chain).at("sound").isTrue());
  }

  @Test
  void aChainSaysTheLevelOfItsLastRecordAndThatOfASliceIsItsVendorsWord() {
    assertEquals("L1", verdict(records.chain(3)).textAt("level"));
    List<Node> chain = records.sliceChain(2);
    Node verdict = verdict(chain);
    assertTrue(verdict.at("sound").isTrue(), verdict.textAt("because"));
    assertEquals("VENDOR", verdict.textAt("level"));
  }

  @Test
  void aSliceThatWasMadeAnewIsNoCleanerThanItsVendorSays() {
    List<Node> chain = records.sliceChain(1);
    chain.add(records.slice(1, new ChainHash(chain.get(0).textAt("hash")), WipeLevel.L1));
    assertBroken("TOLD_OTHERWISE", 1, chain);
    assertTrue(
        verdict(chain).textAt("because").endsWith("says level L1, and its steps show VENDOR"));
  }

  @Test
  void aChangedBodyIsFound() {
    List<Node> chain = records.chain(4);
    change(
        chain,
        2,
        fields -> fields.put("body", fields.get("body").toString().replace("6.1", "6.2")));
    assertBroken("CHANGED", 2, chain);
  }

  @Test
  void aBodyHashedAnewIsFoundByItsSignature() {
    List<Node> chain = records.chain(3);
    change(
        chain,
        2,
        fields -> {
          String body = fields.get("body").toString().replace("6.1", "6.2");
          fields.put("body", body);
          fields.put(
              "hash", new ChainHash(fields.get("prev_hash").toString()).followedBy(body).value());
        });
    assertBroken("NOT_SIGNED", 2, chain);
  }

  @Test
  void aRecordTakenOutIsFoundAtTheNext() {
    List<Node> chain = records.chain(4);
    chain.remove(1);
    assertBroken("NOT_LINKED", 2, chain);
  }

  @Test
  void aSecondRecordInTheSamePlaceIsFound() {
    List<Node> chain = records.chain(2);
    chain.add(records.record(7, new ChainHash(chain.get(0).textAt("hash")), "L1"));
    assertBroken("NOT_LINKED", 7, chain);
  }

  @Test
  void whatIsShownBesideARecordMustBeWhatWasSigned() {
    for (String field : List.of("level", "host", "unit", "result")) {
      List<Node> chain = records.chain(2);
      change(chain, 1, fields -> fields.put(field, "L3"));
      assertBroken("TOLD_OTHERWISE", 1, chain);
    }
  }

  @Test
  void aSignedLevelThatTheStepsDoNotEarnIsFound() {
    assertBroken(
        "TOLD_OTHERWISE", 0, new ArrayList<>(List.of(records.record(0, ChainHash.START, "L3"))));
  }

  @Test
  void whatIsNoRecordIsFound() {
    for (String field : List.of("body", "hash", "signature", "public_key", "prev_hash")) {
      List<Node> chain = records.chain(1);
      change(chain, 0, fields -> fields.put(field, "x"));
      assertTrue(!verdict(chain).at("sound").isTrue(), field);
    }
  }

  @Test
  void onlyNamedKeysAreBelievedWhereKeysAreNamed() {
    List<Node> chain = records.chain(1);
    AgentKey other = new SignedRecords().key();
    assertEquals(
        "OTHER_KEY", UnitChain.verdict(SignedRecords.UNIT, chain, List.of(other)).textAt("flaw"));
    assertTrue(
        UnitChain.verdict(SignedRecords.UNIT, chain, List.of(other, records.key()))
            .at("sound")
            .isTrue());
  }
}
