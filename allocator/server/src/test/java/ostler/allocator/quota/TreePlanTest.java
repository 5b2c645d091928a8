package ostler.allocator.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import ostler.allocator.quota.TreePlan.Fault;
import ostler.allocator.quota.TreePlan.Limited;
import ostler.allocator.quota.TreePlan.Made;
import ostler.allocator.quota.TreePlan.Moved;
import ostler.allocator.quota.TreePlan.Renamed;
import ostler.allocator.quota.TreePlan.Sound;
import ostler.inventory.ProjectId;

final class TreePlanTest {

  /** root, with team and lab under it, and leaf under team. */
  private static final ProjectTree TREE =
      tree("root", "", "team", "root", "lab", "root", "leaf", "team");

  private static ProjectId id(String text) {
    return new ProjectId(text);
  }

  private static ProjectTree tree(String... idsAndParents) {
    List<Project> projects = new ArrayList<>();
    for (int i = 0; i < idsAndParents.length; i += 2) {
      String parent = idsAndParents[i + 1];
      projects.add(
          new Project(
              id(idsAndParents[i]),
              idsAndParents[i],
              parent.isEmpty() ? Optional.empty() : Optional.of(id(parent))));
    }
    return ProjectTree.of(projects);
  }

  private static TreePlan plan(Wish... wishes) {
    return assertInstanceOf(Sound.class, TreePlan.of(TREE, Map.of(), Arrays.asList(wishes))).plan();
  }

  private static Fault fault(Wish... wishes) {
    return assertInstanceOf(Fault.class, TreePlan.of(TREE, Map.of(), Arrays.asList(wishes)));
  }

  private static Wish under(String project, String parent) {
    return Wish.of(id(project)).under(id(parent));
  }

  @Test
  void whatIsAlreadyAsWishedIsLeftAlone() {
    Wish same = under("leaf", "team").named("leaf").limited(ResourceKey.TOTAL, new Limit(3));
    Map<Quota.Id, Limit> limits = Map.of(new Quota.Id(id("leaf"), ResourceKey.TOTAL), new Limit(3));
    TreePlan plan = assertInstanceOf(Sound.class, TreePlan.of(TREE, limits, List.of(same))).plan();
    assertEquals(List.of(), plan.changes());
    assertEquals(new TreeSet<>(), plan.disturbed());
  }

  @Test
  void whatIsNotSaidStaysAsItIs() {
    assertEquals(List.of(), plan(Wish.of(id("leaf"))).changes());
    assertEquals(
        List.of(new Renamed(id("leaf"), "leaf", "Leaf")),
        plan(Wish.of(id("leaf")).named("Leaf")).changes());
  }

  @Test
  void aProjectMayBeNamedBeforeItsParent() {
    TreePlan plan = plan(under("b", "a"), under("a", "root"));
    assertEquals(
        List.of(
            new Made(new Project(id("b"), "b", Optional.of(id("a")))),
            new Made(new Project(id("a"), "a", Optional.of(id("root"))))),
        plan.changes());
    assertEquals(List.of(id("b"), id("a"), id("root")), plan.after().path(id("b")));
  }

  @Test
  void aMoveDisturbsAllThatMoves() {
    TreePlan plan = plan(under("team", "lab"));
    assertEquals(
        List.of(new Moved(id("team"), Optional.of(id("root")), Optional.of(id("lab")))),
        plan.changes());
    assertEquals(new TreeSet<>(List.of(id("leaf"), id("team"))), plan.disturbed());
    assertEquals(plan.disturbed(), plan.rewired());
  }

  @Test
  void aLimitThatComesOrGoesDisturbsAllBelowAndANumberNobody() {
    ResourceKey key = ResourceKey.TOTAL;
    assertEquals(
        new TreeSet<>(List.of(id("leaf"), id("team"))),
        plan(Wish.of(id("team")).limited(key, new Limit(1))).disturbed());
    Map<Quota.Id, Limit> limits = Map.of(new Quota.Id(id("team"), key), new Limit(1));
    List<Wish> number = List.of(Wish.of(id("team")).limited(key, new Limit(2)));
    TreePlan plan = assertInstanceOf(Sound.class, TreePlan.of(TREE, limits, number)).plan();
    assertEquals(
        List.of(new Limited(id("team"), key, Optional.of(new Limit(1)), Optional.of(new Limit(2)))),
        plan.changes());
    assertEquals(new TreeSet<>(), plan.disturbed());
    List<Wish> gone = List.of(Wish.of(id("team")).unset(key));
    assertEquals(
        2,
        assertInstanceOf(Sound.class, TreePlan.of(TREE, limits, gone)).plan().disturbed().size());
  }

  @Test
  void twoProjectsMayChangePlaces() {
    TreePlan plan = plan(under("leaf", "root"), under("team", "leaf"));
    assertEquals(List.of(id("team"), id("leaf"), id("root")), plan.after().path(id("team")));
  }

  @Test
  void theShiftOfAMoveIsWhatMovesAtEveryNodeThatGainsOrLosesIt() {
    Map<Quota.Id, Long> charged =
        Map.of(
            new Quota.Id(id("leaf"), ResourceKey.TOTAL), 3L,
            new Quota.Id(id("team"), ResourceKey.TOTAL), 1L);
    TreePlan plan = plan(under("team", "lab"));
    assertEquals(
        new TreeMap<>(Map.of(new Quota.Id(id("lab"), ResourceKey.TOTAL), 4L)), plan.shift(charged));
    assertEquals(4L, plan.below(charged).get(new Quota.Id(id("team"), ResourceKey.TOTAL)));
  }

  @Test
  void noProjectBecomesItsOwnAncestor() {
    assertEquals(
        new Fault(
            0, "parent", "project root would be its own ancestor, by way of [root, leaf, team]"),
        fault(under("root", "leaf")));
    assertEquals(0, fault(under("leaf", "leaf")).wish());
    Fault two = fault(Wish.of(id("lab")), under("a", "b"), under("b", "a"));
    assertEquals("parent", two.field());
    assertEquals(1, two.wish());
  }

  @Test
  void aParentMustBeThere() {
    assertEquals(
        new Fault(1, "parent", "there is no project nobody; make it first, or with it"),
        fault(under("leaf", "lab"), under("x", "nobody")));
  }

  @Test
  void aProjectIsNamedOnce() {
    assertEquals(
        new Fault(2, "id", "project leaf is named twice"),
        fault(Wish.of(id("leaf")), Wish.of(id("lab")), Wish.of(id("leaf"))));
  }

  @Test
  void aTreeHasAGreatestDepthThatAMovedSubtreeMustKeepToo() {
    List<Wish> chain = new ArrayList<>();
    chain.add(under("n0", "root"));
    for (int i = 1; i < Path.MAX_LEVELS - 1; i++) {
      chain.add(under("n" + i, "n" + (i - 1)));
    }
    TreePlan deepest = plan(chain.toArray(Wish[]::new));
    assertEquals(Path.MAX_LEVELS, deepest.after().path(id("n" + (Path.MAX_LEVELS - 2))).size());
    chain.add(under("n" + (Path.MAX_LEVELS - 1), "n" + (Path.MAX_LEVELS - 2)));
    assertEquals("parent", fault(chain.toArray(Wish[]::new)).field());
    TreePlan.Result moved = TreePlan.of(deepest.after(), Map.of(), List.of(under("n0", "leaf")));
    assertEquals(
        "project n29 would be deeper than 32 levels", assertInstanceOf(Fault.class, moved).rule());
  }
}
