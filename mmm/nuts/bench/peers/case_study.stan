// The case study's posterior: sales, spend, holidays and season of T weeks, all
// scaled, with geometric adstock over L lags, logistic saturation and sales
// that are normal, truncated at 0. Same priors and same density as mmm.Model
// of design.go.
//
// Written to suit Stan: lags are laid out once as data, everything linear is
// one product of a matrix and a vector.
data {
  int<lower=1> T;
  int<lower=1> C;
  int<lower=1> K;
  int<lower=1> J;
  int<lower=1> L;
  vector<lower=0>[T] y;
  matrix[T, C] x;
  matrix[T, K] z;
  matrix[T, J] f;
  vector<lower=0>[C] share;
}
transformed data {
  matrix[T, L] lagged[C];
  matrix[T, K + J] linear = append_col(z, f);
  for (c in 1:C) {
    lagged[c] = rep_matrix(0, T, L);
    for (l in 1:L) {
      for (t in l:T) {
        lagged[c][t, l] = x[t - l + 1, c];
      }
    }
  }
}
parameters {
  real intercept;
  real<lower=0> y_sigma;
  vector<lower=0>[C] beta;
  vector<lower=0>[C] lam;
  vector<lower=0, upper=1>[C] alpha;
  vector[K] control;
  vector[J] season;
}
model {
  vector[T] mu = linear * append_row(control, season);
  matrix[T, C] saturated;
  vector[T] media;
  for (c in 1:C) {
    vector[L] w;
    w[1] = 1;
    for (l in 2:L) {
      w[l] = w[l - 1] * alpha[c];
    }
    saturated[, c] = tanh(lagged[c] * ((0.5 * lam[c] / sum(w)) * w));
  }
  media = saturated * beta;
  for (t in 1:T) { // rstan 2.21 crashes on the sum of whole vectors
    mu[t] = mu[t] + media[t] + intercept;
  }

  intercept ~ normal(0.2, 0.05);
  y_sigma ~ normal(0, 1);
  beta ~ normal(0, share);
  lam ~ gamma(3, 1);
  alpha ~ beta(1, 3);
  control ~ normal(0, 1);
  season ~ double_exponential(0, 1);

  y ~ normal(mu, y_sigma);
  target += -normal_lcdf(mu | 0, y_sigma); // P(y > 0) of each week
}
