package ostler.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import ostler.allocator.engine.Layout;
import ostler.allocator.engine.Outcome;
import ostler.allocator.quota.Limit;
import ostler.allocator.quota.ResourceKey;
import ostler.allocator.quota.Wish;
import ostler.allocator.store.ClaimDesk;
import ostler.allocator.store.SliceDesk;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.PciNumber;
import ostler.inventory.ClaimId;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.SliceTypeName;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/** Whoever runs the cloud: takes devices in, sets limits, and puts things away and back. */
final class Operator {

  static final AliasName GPU = new AliasName("gpu");

  /** A slice of any card. */
  static final AliasName SLICE = new AliasName("slice");

  private static final ProjectId ALL = new ProjectId("all");
  private static final ProjectId RED = new ProjectId("red");
  private static final ProjectId BLUE = new ProjectId("blue");
  private static final ProjectId CRIMSON = new ProjectId("crimson");

  /** Those that claim; one of them is below another, and all are below one. */
  static final List<ProjectId> PROJECTS = List.of(RED, BLUE, CRIMSON);

  private static final List<ResourceKey> KEYS =
      List.of(ResourceKey.of(GPU), ResourceKey.TOTAL, ResourceKey.of(SLICE));
  private static final int MAX_LIMIT = 5;
  private static final long PLENTY = 1000;

  private static final AliasRule RULE =
      new AliasRule(
          Optional.of(PciNumber.parse(Card.VENDOR)),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final List<AliasRule> SLICES =
      List.of(sliceRule(UnitKind.MDEV), sliceRule(UnitKind.VENDOR_VF));

  private final World world;
  private final Dice dice;
  private final Map<String, Long> limits = new HashMap<>();

  Operator(World world) {
    this.world = world;
    this.dice = world.dice().split();
  }

  /** What there is before anything goes wrong. */
  void begin() {
    AllocatorProcess first = world.aliveAllocators().get(0);
    first.aliases().save(new Alias(GPU, RULE, WipeLevel.L3), World.OPERATOR).orElseThrow();
    first
        .aliases()
        .save(new Alias(SLICE, SLICES, WipeLevel.VENDOR, Alias.Wishes.NONE), World.OPERATOR)
        .orElseThrow();
    List<Wish> wishes = new ArrayList<>();
    wishes.add(
        Wish.of(ALL)
            .limited(KEYS.get(0), new Limit(MAX_LIMIT + 1L))
            .limited(KEYS.get(1), new Limit(MAX_LIMIT))
            .limited(KEYS.get(2), new Limit(MAX_LIMIT)));
    wishes.add(made(RED, ALL));
    wishes.add(made(BLUE, ALL));
    wishes.add(made(CRIMSON, RED));
    first.tree().apply(wishes, World.OPERATOR).orElseThrow();
  }

  private Wish made(ProjectId project, ProjectId parent) {
    return Wish.of(project)
        .under(parent)
        .limited(KEYS.get(0), new Limit(1L + dice.below(MAX_LIMIT)))
        .limited(KEYS.get(2), new Limit(1L + dice.below(MAX_LIMIT)));
  }

  private static AliasRule sliceRule(UnitKind kind) {
    return new AliasRule(
        Optional.of(PciNumber.parse(Card.VENDOR)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        kind,
        Optional.empty(),
        Collections.emptySortedSet());
  }

  /** Takes in whatever devices are there and were not taken in yet. */
  void admit() {
    world.ask(
        "admission", a -> a.admissions().byRule(Optional.empty(), RULE, false, World.OPERATOR));
  }

  /** Does one thing or another. */
  void act() {
    if (world.hasSlices() && dice.chance(4000)) {
      cut();
      return;
    }
    switch (dice.below(20)) {
      case 0, 1 -> admit();
      case 2, 3, 4 -> changeLimit();
      case 5, 6, 7 -> cordon(dice.pick(world.hosts()).name(), dice.chance(3000));
      case 8 -> onUnit("quarantine", (a, unit) -> a.units().quarantine(unit, World.OPERATOR));
      case 9, 10, 11, 12 -> onUnit("return", (a, unit) -> a.units().putBack(unit, World.OPERATOR));
      case 13 ->
          onUnit("cleaning", (a, unit) -> a.units().clean(unit, WipeLevel.L3, World.OPERATOR));
      case 14 -> onUnit("retirement", (a, unit) -> a.units().retire(unit, World.OPERATOR));
      case 15 -> moveProject();
      case 16 -> drain(dice.pick(world.hosts()).name());
      case 17 -> fence(dice.pick(world.sites()));
      case 18 -> force();
      default -> forget();
    }
  }

  private void cordon(HostName host, boolean cordoned) {
    world.ask(
        (cordoned ? "cordoning " : "uncordoning ") + host,
        a -> a.hosts().cordon(host, cordoned, World.OPERATOR));
  }

  private void drain(HostName host) {
    world.ask("draining " + host, a -> a.hosts().drain(host, World.OPERATOR));
  }

  /** It may be off, as it should be; or somebody only thought so. */
  private void fence(World.Site site) {
    if (!world.mayHave(FaultKind.HOST_FENCED)) {
      return;
    }
    world.fault(FaultKind.HOST_FENCED);
    HostName host = site.host.name();
    if (site.host.isUp() && dice.chance(5000)) {
      world.powerOff(site);
    }
    world.truth().fenceAsked(host);
    world.ask("fencing " + host, a -> a.hosts().fence(host, World.OPERATOR));
  }

  /** Ends a claim without waiting for its host. */
  private void force() {
    List<ClaimId> claims = List.copyOf(world.books().claims().keySet());
    if (claims.isEmpty() || !world.mayHave(FaultKind.CLAIM_FORCED)) {
      return;
    }
    world.fault(FaultKind.CLAIM_FORCED);
    ClaimId claim = dice.pick(claims);
    world.truth().forceAsked(claim);
    world.ask("release by force of " + claim, a -> a.claims().abandon(claim, World.OPERATOR));
  }

  private void changeLimit() {
    ProjectId project = dice.chance(3000) ? ALL : dice.pick(PROJECTS);
    ResourceKey key = dice.pick(KEYS);
    long before = limits.getOrDefault(project + " " + key, 0L);
    long limit = dice.below(MAX_LIMIT + 1);
    if (limit < before) {
      if (!world.mayHave(FaultKind.LIMIT_LOWERED)) {
        return;
      }
      world.fault(FaultKind.LIMIT_LOWERED);
    }
    limits.put(project + " " + key, limit);
    world.ask(
        "limit " + limit + " of " + key + " for " + project,
        a ->
            a.tree()
                .apply(List.of(Wish.of(project).limited(key, new Limit(limit))), World.OPERATOR));
  }

  /** Takes a project from one parent to another. */
  private void moveProject() {
    ProjectId parent = dice.pick(List.of(ALL, RED, BLUE));
    world.ask(
        "move of " + CRIMSON + " under " + parent,
        a -> a.tree().apply(List.of(Wish.of(CRIMSON).under(parent)), World.OPERATOR));
  }

  private interface UnitWork<T> {
    Outcome<T> on(AllocatorProcess allocator, UnitId unit);
  }

  private <T> void onUnit(String what, UnitWork<T> work) {
    List<UUID> units = new ArrayList<>(world.books().units().keySet());
    if (!units.isEmpty()) {
      UnitId unit = new UnitId(dice.pick(units));
      world.ask(what + " of " + unit, a -> work.on(a, unit));
    }
  }

  private void forget() {
    Card card = dice.pick(dice.pick(world.hosts()).cards());
    world.truth().forgetAsked(card);
    world.ask(
        "forgetting " + card,
        a -> a.admissions().forget(card.host(), card.members().get(0), false, World.OPERATOR));
  }

  /** Does one thing or another with a card that can be cut, or with a slice. */
  private void cut() {
    List<Books.UnitRow> parents =
        world.books().units().values().stream()
            .filter(unit -> unit.isWhole() && cutting(unit) != Cutting.NONE)
            .toList();
    List<Books.UnitRow> slices =
        world.books().units().values().stream().filter(unit -> !unit.isWhole()).toList();
    if (parents.isEmpty()) {
      return;
    }
    Books.UnitRow parent = dice.pick(parents);
    UnitId id = new UnitId(parent.id());
    switch (dice.below(10)) {
      case 0, 1 -> uncut(id);
      case 2 -> {
        Cutting.Type type = dice.pick(List.of(Cutting.Type.values()));
        world.ask(
            "one more slice of " + id,
            a -> a.slices().add(id, new SliceTypeName(type.label()), 1, World.OPERATOR));
      }
      case 3 -> {
        if (!slices.isEmpty()) {
          UnitId slice = new UnitId(dice.pick(slices).id());
          world.ask("one slice less", a -> a.slices().takeAway(slice, World.OPERATOR));
        }
      }
      default -> cut(id, world.books().share(parent.id()).orElseThrow().card());
    }
  }

  private Cutting cutting(Books.UnitRow unit) {
    return world.books().share(unit.id()).orElseThrow().card().cut.cutting();
  }

  /** Declares a layout, which may not fit, and has it hold. */
  private void cut(UnitId id, Card card) {
    Layout layout = layout(card.cut.cutting());
    world.truth().cutAsked(card, layout.shared());
    world.ask(
        "layout " + layout + " of " + card,
        a ->
            a.slices()
                .declare(
                    id, new SliceDesk.Declaration(layout, Optional.empty()), false, World.OPERATOR)
                .then(declared -> a.slices().apply(id, false, World.OPERATOR)));
  }

  private Layout layout(Cutting cutting) {
    List<Layout.Count> counts = new ArrayList<>();
    boolean several = cutting != Cutting.HOMOGENEOUS && dice.chance(5000);
    Cutting.Type only = dice.pick(List.of(Cutting.Type.values()));
    for (Cutting.Type type : Cutting.Type.values()) {
      if (several || type == only) {
        counts.add(new Layout.Count(new SliceTypeName(type.label()), 1 + dice.below(2)));
      }
    }
    return new Layout(
        cutting.kind(),
        counts,
        cutting == Cutting.FUNCTIONS ? Cutting.MAX_FUNCTIONS : 0,
        dice.chance(3000),
        several,
        WipeLevel.L3);
  }

  private void uncut(UnitId id) {
    world.ask("end of the layout of " + id, a -> a.slices().remove(id, World.OPERATOR));
  }

  /** Has most cards cut that can be. */
  void cutAll() {
    world.books().units().values().stream()
        .filter(unit -> unit.isWhole() && cutting(unit) != Cutting.NONE && dice.chance(7000))
        .forEach(
            unit ->
                cut(new UnitId(unit.id()), world.books().share(unit.id()).orElseThrow().card()));
  }

  /** Has every card whole again. */
  void uncutAll() {
    world.books().units().values().stream()
        .filter(unit -> unit.isWhole() && cutting(unit) != Cutting.NONE)
        .forEach(unit -> uncut(new UnitId(unit.id())));
  }

  /** Ends a claim that its own cloud has lost sight of. */
  void release(ClaimId claim) {
    world.truth().releaseAsked(claim);
    world.ask("release of " + claim, a -> a.claims().release(claim, World.OPERATOR));
  }

  void openUp() {
    world.hosts().forEach(host -> cordon(host.name(), false));
    for (ProjectId project : List.of(ALL, RED, BLUE, CRIMSON)) {
      Wish wish =
          Wish.of(project)
              .limited(KEYS.get(0), new Limit(PLENTY))
              .limited(KEYS.get(1), new Limit(PLENTY))
              .limited(KEYS.get(2), new Limit(PLENTY));
      world.ask("plenty for " + project, a -> a.tree().apply(List.of(wish), World.OPERATOR));
    }
  }

  /** Writes down again a claim that a restore lost, for which a host still keeps a card. */
  void adopt(UnitId unit, ClaimId claim, boolean whole) {
    Tenant tenant = world.truth().tenant(claim);
    world.ask(
        "adoption of " + unit,
        a ->
            a.claims()
                .adopt(
                    new ClaimDesk.Adoption(
                        Optional.of(tenant.claim()),
                        unit,
                        tenant.project(),
                        whole ? GPU : SLICE,
                        tenant.consumer()),
                    World.OPERATOR));
  }

  /** Undoes all that keeps units from being handed out. */
  void putBack(UnitId unit) {
    world.ask("return of " + unit, a -> a.units().putBack(unit, World.OPERATOR));
  }
}
