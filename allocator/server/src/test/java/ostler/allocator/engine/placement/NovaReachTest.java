package ostler.allocator.engine.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static ostler.allocator.engine.placement.Hosts.ask;
import static ostler.allocator.engine.placement.Hosts.rule;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Reason;
import ostler.allocator.engine.placement.Hosts.Card;
import ostler.flavor.AliasRule;
import ostler.flavor.NumaPolicy;
import ostler.flavor.PciNumber;
import ostler.flavor.nova.DeviceType;
import ostler.inventory.HostName;
import ostler.inventory.UnitKind;

/** What Nova's tracker might pick on a host, and what that costs the host. */
final class NovaReachTest {

  private static final int GPU = 0x1002;
  private static final int OTHER = 0x10de;
  private static final List<NovaSpec> ANY = List.of();

  private static NovaSpec spec(String vendor, String product, DeviceType... kind) {
    return new NovaSpec(
        Optional.of(PciNumber.parse(vendor)),
        Optional.of(PciNumber.parse(product)),
        List.of(kind).stream().findFirst());
  }

  private static Optional<Code> judge(
      Hosts hosts, int count, List<NovaSpec> nova, AliasRule... rules) {
    Request request = ask(count, Hosts.alias(NumaPolicy.LEGACY, rules), Guest.PLAIN);
    Placement placement = Placement.forNova(hosts.fleet(), request, List.of(nova));
    Optional<Code> code = placement.judge(hosts.fleet().places(List.of("host")), Hosts.NOW).code(0);
    Optional<Reason> reason = placement.objection(new HostName("host"), Hosts.NOW);
    assertEquals(code, reason.map(Reason::code), "judged and explained alike");
    return code;
  }

  private static Hosts host(Card... cards) {
    return new Hosts().add("host", cards);
  }

  @Test
  void aHostWhoseEveryMatchingUnitIsCleanPasses() {
    Hosts hosts = host(Card.of("a", GPU), Card.of("b", GPU));
    assertEquals(Optional.empty(), judge(hosts, 1, List.of(spec("1002", "0001")), rule(GPU)));
  }

  @Test
  void oneDirtyUnitThatNovaMightPickCostsTheHostThePass() {
    Hosts hosts = host(Card.of("a", GPU), Card.of("b", GPU).out(Code.DIRTY));
    assertEquals(
        Optional.of(Code.NOVA_MIGHT_PICK_DIRTY),
        judge(hosts, 1, List.of(spec("1002", "0001")), rule(GPU)));
    assertEquals(Optional.of(Code.NOVA_MIGHT_PICK_DIRTY), judge(hosts, 1, ANY, rule(GPU)));
  }

  @Test
  void theSentenceSaysHowManyOfWhatAndWhatToDo() {
    Hosts hosts =
        host(
            Card.of("a", GPU),
            Card.of("b", GPU).out(Code.DIRTY),
            Card.of("c", GPU).out(Code.DIRTY),
            Card.of("d", GPU).out(Code.QUARANTINED));
    Placement placement =
        Placement.forNova(
            hosts.fleet(),
            ask(1, Hosts.alias(NumaPolicy.LEGACY, rule(GPU)), Guest.PLAIN),
            List.of(ANY));
    String sentence = placement.objection(new HostName("host"), Hosts.NOW).orElseThrow().message();
    assertTrue(sentence.contains("alias gpu"), sentence);
    assertTrue(sentence.contains("2 DIRTY, 1 QUARANTINED"), sentence);
    assertTrue(sentence.contains("device_spec and retire"), sentence);
  }

  @Test
  void whatAClaimHasIsInNovasBooksTooAndCostsNothing() {
    Hosts hosts = host(Card.of("a", GPU), Card.of("b", GPU).out(Code.CLAIMED));
    assertEquals(Optional.empty(), judge(hosts, 1, ANY, rule(GPU)));
  }

  @Test
  void aHostWithTooFewIsRefusedForThatFirst() {
    Hosts hosts = host(Card.of("a", GPU), Card.of("b", GPU).out(Code.CLEANING));
    assertEquals(Optional.of(Code.CLEANING), judge(hosts, 2, ANY, rule(GPU)));
  }

  @Test
  void aUnitOfAnotherModelIsNotReached() {
    Hosts hosts = host(Card.of("a", GPU), Card.of("b", OTHER).out(Code.DIRTY));
    assertEquals(Optional.empty(), judge(hosts, 1, List.of(spec("1002", "0001")), rule(GPU)));
  }

  /** An alias that Nova knows by several models means any of them, in any case of letters. */
  @Test
  void anyOfTheAlternativesIsEnoughToReachAUnit() {
    Hosts hosts = host(Card.of("a", GPU), Card.of("b", OTHER).out(Code.DIRTY));
    List<NovaSpec> either = List.of(spec("1002", "0001"), spec("10DE", "0001"));
    assertEquals(
        Optional.of(Code.NOVA_MIGHT_PICK_DIRTY), judge(hosts, 1, either, rule(GPU), rule(OTHER)));
  }

  @Test
  void whatNovasAliasMatchesAndOursDoesNotMeanIsAMismatch() {
    Hosts hosts = host(Card.of("a", GPU), Card.of("b", OTHER));
    List<NovaSpec> either = List.of(spec("1002", "0001"), spec("10de", "0001"));
    assertEquals(Optional.of(Code.ALIAS_MISMATCH), judge(hosts, 1, either, rule(GPU)));
  }

  @Test
  void aSpecThatNamesNoModelReachesWhatOurAliasMeans() {
    NovaSpec byClass = new NovaSpec(Optional.empty(), Optional.empty(), Optional.empty());
    Hosts hosts = host(Card.of("a", GPU), Card.of("b", OTHER).out(Code.DIRTY));
    assertEquals(Optional.empty(), judge(hosts, 1, List.of(byClass), rule(GPU)));
    hosts.add("host", Card.of("c", GPU).out(Code.DIRTY));
    assertEquals(
        Optional.of(Code.NOVA_MIGHT_PICK_DIRTY), judge(hosts, 1, List.of(byClass), rule(GPU)));
  }

  @Test
  void aVirtualFunctionIsReachedByItsTypeAndAWholeCardIsNot() {
    Hosts hosts =
        host(
            Card.of("vf", GPU).sliceOf(UnitKind.SRIOV_VF, 1),
            Card.of("card", GPU).out(Code.DIRTY),
            Card.of("mdev", GPU).sliceOf(UnitKind.MDEV, 2).out(Code.DIRTY));
    AliasRule functions = rule(GPU, UnitKind.SRIOV_VF, 0);
    assertEquals(
        Optional.empty(), judge(hosts, 1, List.of(spec("1002", "0001", DeviceType.VF)), functions));
    assertEquals(
        Optional.of(Code.ALIAS_MISMATCH),
        judge(hosts, 1, List.of(spec("1002", "0001")), functions),
        "without a type Nova takes whole cards, too");
  }

  @Test
  void aWholeCardIsReachedAsPciAndAsPfAndAVirtualFunctionIsNot() {
    Hosts hosts =
        host(
            Card.of("card", GPU), Card.of("vf", GPU).sliceOf(UnitKind.SRIOV_VF, 9).out(Code.DIRTY));
    for (DeviceType type : List.of(DeviceType.PCI, DeviceType.PF)) {
      assertEquals(
          Optional.empty(), judge(hosts, 1, List.of(spec("1002", "0001", type)), rule(GPU)));
    }
  }

  /** A card and its functions are never both had. */
  @Test
  void d7AndD8ACardWhoseFunctionIsTakenIsOutOfNovasReachToo() {
    Hosts hosts =
        host(
            Card.of("card", GPU).sliceOf(UnitKind.WHOLE, 1),
            Card.of("vf", GPU).sliceOf(UnitKind.SRIOV_VF, 1).out(Code.CLAIMED),
            Card.of("free", GPU));
    assertEquals(
        Optional.empty(),
        judge(hosts, 1, List.of(spec("1002", "0001", DeviceType.PCI)), rule(GPU)));
  }

  /** To ask takes nothing. */
  @Test
  void c7AskingTwiceIsAnsweredAlike() {
    Hosts hosts = host(Card.of("a", GPU));
    assertEquals(Optional.empty(), judge(hosts, 1, ANY, rule(GPU)));
    assertEquals(Optional.empty(), judge(hosts, 1, ANY, rule(GPU)));
  }

  @Test
  void whatHostsHaveToGiveIsAddedUp() {
    Hosts hosts =
        host(Card.of("a", GPU), Card.of("b", GPU), Card.of("c", GPU).out(Code.CLAIMED))
            .add("second", Card.of("d", GPU), Card.of("e", OTHER));
    Placement placement =
        Placement.forNova(
            hosts.fleet(),
            ask(1, Hosts.alias(NumaPolicy.LEGACY, rule(GPU)), Guest.PLAIN),
            List.of(ANY));
    int[] both = hosts.fleet().places(List.of("host", "nobody", "second"));
    assertEquals(3, placement.free(both, 0, Hosts.NOW));
  }
}
