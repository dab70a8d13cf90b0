# Samples case_study.stan and writes outcome.json and draws.bin.
# usage: rstan.R WORK OUT SEED CHAINS WARMUP DRAWS TARGET CORES
suppressPackageStartupMessages(library(rstan))
args <- commandArgs(trailingOnly = TRUE)
work <- args[1]
out <- args[2]
n <- as.numeric(args[3:8])
names(n) <- c("seed", "chains", "warmup", "draws", "target", "cores")

table <- function(name) as.matrix(read.csv(file.path(work, paste0(name, ".csv")), header = FALSE))
data <- list(y = drop(table("y")), x = table("x"), z = table("z"), f = table("f"), share = drop(table("share")), L = 6)
data$T <- nrow(data$x)
data$C <- ncol(data$x)
data$K <- ncol(data$z)
data$J <- ncol(data$f)

# Debian has Boost among the system's headers, not in the R package BH.
for (lib in list(c("boost_lib", "BH", "/usr/include"), c("eigen_lib", "RcppEigen", "/usr/include/eigen3"))) {
  if (!nzchar(system.file("include", package = lib[2]))) do.call(rstan_options, setNames(list(lib[3]), lib[1]))
}

# auto_write keeps the compiled program beside the source for the next seed.
began <- proc.time()
model <- stan_model(file.path(work, "case_study.stan"), auto_write = TRUE)
compile <- (proc.time() - began)[["elapsed"]]

pars <- c("intercept", "y_sigma", "beta", "lam", "alpha", "control", "season")
# Forked chains start at once; the workers of rstan's own cores option would
# load rstan first.
chain <- function(id) {
  fit <- sampling(model, data = data, pars = pars, include = TRUE, chains = 1, chain_id = id, seed = n[["seed"]],
    iter = n[["warmup"]] + n[["draws"]], warmup = n[["warmup"]], save_warmup = TRUE, init_r = 0.5, refresh = 0,
    control = list(adapt_delta = n[["target"]]))
  values <- extract(fit, pars = pars, permuted = FALSE, inc_warmup = FALSE)
  stats <- get_sampler_params(fit, inc_warmup = TRUE)[[1]]
  kept <- seq(n[["warmup"]] + 1, nrow(stats))
  list(values = values[, 1, ], gradients = sum(stats[, "n_leapfrog__"]),
    leapfrogs = sum(stats[kept, "n_leapfrog__"]), divergences = sum(stats[kept, "divergent__"]))
}
began <- proc.time()
chains <- parallel::mclapply(seq_len(n[["chains"]]), chain, mc.cores = n[["cores"]], mc.preschedule = FALSE)
took <- proc.time() - began
for (c in chains) if (!is.list(c)) stop("a chain failed: ", as.character(c))

file <- file(file.path(out, "draws.bin"), "wb")
for (c in chains) writeBin(as.vector(t(c$values)), file, size = 8, endian = "little")
close(file)
total <- function(name) sum(sapply(chains, function(c) c[[name]]))
cat(sprintf('{"version": "rstan %s, %s", "wall": %.6f, "cpu": %.6f, "compile": %.3f, "gradients": %.0f, "leapfrogs": %.0f, "divergences": %.0f}\n',
  packageVersion("rstan"), R.version.string, took[["elapsed"]], sum(took[c("user.self", "sys.self", "user.child", "sys.child")]), compile,
  total("gradients"), total("leapfrogs"), total("divergences")), file = file.path(out, "outcome.json"))
